import { fork } from 'node:child_process';
import { generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import { once } from 'node:events';
import { appendFile, mkdtemp, readFile, rm } from 'node:fs/promises';
import { Agent, request } from 'node:http';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { createOffer } from '../../issuer/issuance/create-offer.ts';
import { openIssuer } from '../../issuer/open-issuer.ts';
import { GRANT, seconds } from '../flow/holder.ts';
import {
  codeOf,
  createTestAuthority,
  enrolSomebody,
  freePort,
  PASSPHRASE,
} from '../flow/running-issuer.ts';
import { serveIssuer } from '../flow/served-issuer.ts';

/**
 * Drives a running issuer over HTTP and says what it costs: processor time of the issuer's process
 * as the kernel counts it, not of this one, and its resident memory.
 *
 * Every flow has a key that the issuer has never seen, and ends with a row on disk.
 */
const CONFIGURATION = 'identity-card_dc+sd-jwt';
const STORED = 1_000_000;
const WARM_UP = 1000;
const FLOWS = 1500;
const ROUNDS = 3;
const LONG_RUN = 10_000;
const REST_MILLISECONDS = 3000;

type Offer = { readonly code: string; readonly txCode: string };
type Line = readonly [what: string, value: string];

const agent = new Agent({ keepAlive: true, maxSockets: 64 });
const TICKS_PER_SECOND = 100;

async function main(): Promise<void> {
  const columns = [await measureFloor(), await measure(0), await measure(STORED)];
  const text = table(columns);
  process.stdout.write(text);
  await appendFile('docs/performance-server.md', text);
}

/** What one store costs. */
async function measure(stored: number): Promise<Line[]> {
  const folder = await mkdtemp(join(tmpdir(), 'symbolon-bench-'));
  const baseUrl = `http://127.0.0.1:${await freePort()}`;
  await createTestAuthority(folder, baseUrl, {
    limits: { requests_per_minute: 100_000_000 },
    offer_minutes: 10_080,
  });
  const count = WARM_UP + 4 * ROUNDS * FLOWS + LONG_RUN;
  const offers = await prepare(folder, stored, count);
  note(`${stored} stored: ${count} offers are ready`);
  const served = await serveIssuer(folder, baseUrl);
  try {
    await new Promise((wake) => setTimeout(wake, REST_MILLISECONDS));
    const atRest: Line = ['memory at rest, MB', await residentMegabytes(served.pid)];
    const lines = [...(await measureProcess(served.pid, baseUrl, offers)), atRest];
    lines.push([`memory after all of these, MB`, await residentMegabytes(served.pid)]);
    await flows(baseUrl, offers.splice(0, LONG_RUN), 16);
    await new Promise((wake) => setTimeout(wake, REST_MILLISECONDS));
    lines.push([
      `memory after ${LONG_RUN} more issuances, MB`,
      await residentMegabytes(served.pid),
    ]);
    return lines;
  } finally {
    await served.end('SIGTERM');
    await rm(folder, { recursive: true });
  }
}

async function measureFloor(): Promise<Line[]> {
  const port = await freePort();
  const floor = fork(join(import.meta.dirname, 'floor-server.ts'), [String(port)]);
  try {
    await once(floor, 'message');
    const offers = Array.from({ length: WARM_UP + 4 * ROUNDS * FLOWS }, () => ({
      code: 'x'.repeat(48),
      txCode: '123456',
    }));
    return await measureProcess(Number(floor.pid), `http://127.0.0.1:${port}`, offers);
  } finally {
    floor.kill();
  }
}

/** Costs of the requests and of whole flows, once the process is warm. */
async function measureProcess(pid: number, baseUrl: string, offers: Offer[]): Promise<Line[]> {
  await flows(baseUrl, offers.splice(0, WARM_UP), 16);
  const lines: Line[] = [];
  for (const inFlight of [1, 16]) {
    lines.push(...(await requests(pid, baseUrl, offers, inFlight)));
    const costs: number[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      const some = offers.splice(0, FLOWS);
      costs.push(await cost(pid, some.length, () => flows(baseUrl, some, inFlight)));
    }
    lines.push([`whole flow, ${inFlight} in flight, µs`, median(costs)]);
  }
  for (const line of lines) note(line.join(': '));
  return lines;
}

/** The cost of each of the three requests by itself. */
async function requests(
  pid: number,
  baseUrl: string,
  offers: Offer[],
  inFlight: number,
): Promise<Line[]> {
  const costs: Record<'token' | 'nonce' | 'credential', number[]> = {
    token: [],
    nonce: [],
    credential: [],
  };
  for (let round = 0; round < ROUNDS; round += 1) {
    const some = offers.splice(0, FLOWS);
    const tokens: string[] = [];
    const bodies: string[] = [];
    const timed = (work: (at: number) => Promise<void>): Promise<number> =>
      cost(pid, some.length, () => inParallel(some.length, inFlight, work));
    costs.token.push(
      await timed(async (at) => {
        tokens[at] = await askToken(baseUrl, some[at]);
      }),
    );
    costs.nonce.push(
      await timed(async (at) => {
        bodies[at] = credentialBody(baseUrl, await askNonce(baseUrl));
      }),
    );
    costs.credential.push(
      await timed((at) => askCredential(baseUrl, tokens[at] ?? '', bodies[at] ?? '')),
    );
  }
  return Object.entries(costs).map(([name, all]) => [
    `${name}, ${inFlight} in flight, µs`,
    median(all),
  ]);
}

async function flows(baseUrl: string, offers: readonly Offer[], inFlight: number): Promise<void> {
  await inParallel(offers.length, inFlight, async (at) => {
    const token = await askToken(baseUrl, offers[at]);
    await askCredential(baseUrl, token, credentialBody(baseUrl, await askNonce(baseUrl)));
  });
}

async function inParallel(
  count: number,
  inFlight: number,
  work: (at: number) => Promise<void>,
): Promise<void> {
  let next = 0;
  const worker = async (): Promise<void> => {
    for (let at = next++; at < count; at = next++) await work(at);
  };
  await Promise.all(Array.from({ length: inFlight }, worker));
}

async function askToken(baseUrl: string, offer: Offer | undefined): Promise<string> {
  const { code = '', txCode = '' } = offer ?? {};
  const body = new URLSearchParams({
    grant_type: GRANT,
    'pre-authorized_code': code,
    tx_code: txCode,
  }).toString();
  const type = 'application/x-www-form-urlencoded';
  return String(
    Object(await post(`${baseUrl}/token`, body, { 'Content-Type': type })).access_token,
  );
}

async function askNonce(baseUrl: string): Promise<string> {
  return String(Object(await post(`${baseUrl}/nonce`, '', {})).c_nonce);
}

async function askCredential(baseUrl: string, token: string, body: string): Promise<void> {
  await post(`${baseUrl}/credential`, body, {
    'Content-Type': 'application/json',
    Authorization: `Bearer ${token}`,
  });
}

function credentialBody(baseUrl: string, nonce: string): string {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const { kty, crv, x, y } = publicKey.export({ format: 'jwk' });
  const encode = (value: object): string =>
    Buffer.from(JSON.stringify(value)).toString('base64url');
  const header = { typ: 'openid4vci-proof+jwt', alg: 'ES256', jwk: { kty, crv, x, y } };
  const signed = `${encode(header)}.${encode({ aud: baseUrl, iat: seconds(), nonce })}`;
  const key = { key: privateKey, dsaEncoding: 'ieee-p1363' } as const;
  const jwt = `${signed}.${sign('sha256', Buffer.from(signed), key).toString('base64url')}`;
  return JSON.stringify({ credential_configuration_id: CONFIGURATION, proofs: { jwt: [jwt] } });
}

function post(url: string, body: string, headers: Record<string, string>): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const sizeHeader = { 'Content-Length': String(Buffer.byteLength(body)) };
    const outgoing = request(
      url,
      { method: 'POST', agent, headers: { ...headers, ...sizeHeader } },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () => {
          const text = Buffer.concat(chunks).toString();
          if (response.statusCode === 200) resolve(JSON.parse(text));
          else reject(new Error(`${url}: ${response.statusCode} ${text}`));
        });
      },
    );
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

/** Offers to redeem, in a store that holds as many again as it is told to. */
async function prepare(folder: string, stored: number, count: number): Promise<Offer[]> {
  const issuer = await openIssuer(folder, { passphrase: PASSPHRASE });
  const enrolmentId = await enrolSomebody(issuer);
  const offers: Offer[] = [];
  while (offers.length < count) {
    const some = Array.from({ length: 500 }, () =>
      createOffer(issuer, { enrolmentId, configurationIds: [CONFIGURATION], byReference: false }),
    );
    for (const { offerUri, txCode } of await Promise.all(some)) {
      offers.push({ code: codeOf(offerUri), txCode });
    }
  }
  await issuer.close();
  fill(join(folder, 'issuer.db'), stored);
  return offers;
}

/** Rows as the issuer writes them, of other people: offers that wait, and credentials. */
function fill(file: string, count: number): void {
  if (count === 0) return;
  const database = new DatabaseSync(file);
  const offer = database.prepare('INSERT INTO offer VALUES (?, ?, ?, ?, 0)');
  const issuance = database.prepare('INSERT INTO issuance VALUES (?, ?, 1, ?)');
  const configurations = JSON.stringify([CONFIGURATION]);
  database.exec('BEGIN');
  for (let at = 0; at < count; at += 1) {
    const bytes = randomBytes(160);
    bytes.writeUInt32BE(seconds() + 86_400 + (at % 86_400));
    const enrolmentId = bytes.subarray(36, 52).toString('hex');
    offer.run(bytes.subarray(0, 36), enrolmentId, configurations, bytes.subarray(52, 84));
    const issuanceId = bytes.subarray(84, 92).toString('hex');
    issuance.run(enrolmentId, issuanceId, bytes.subarray(92, 160));
  }
  database.exec('COMMIT');
  database.close();
}

async function cost(pid: number, count: number, work: () => Promise<void>): Promise<number> {
  const before = await processorSeconds(pid);
  await work();
  return ((await processorSeconds(pid)) - before) * (1e6 / count);
}

/** User and system time of a process (proc(5), fields 14 and 15). */
async function processorSeconds(pid: number): Promise<number> {
  const fields = (await readFile(`/proc/${pid}/stat`, 'utf8')).replace(/^.*\) /, '').split(' ');
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
}

async function residentMegabytes(pid: number): Promise<string> {
  const kilobytes = /VmRSS:\s+(\d+)/.exec(await readFile(`/proc/${pid}/status`, 'utf8'))?.[1];
  return (Number(kilobytes) / 1024).toFixed(0);
}

function median(values: readonly number[]): string {
  return (values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0).toFixed(0);
}

function table(columns: readonly (readonly Line[])[]): string {
  const machine = `${cpus().length} × ${cpus()[0]?.model ?? 'unknown processor'}`;
  const day = new Date().toISOString().slice(0, 10);
  const names = (columns.at(-1) ?? []).map(([what]) => what);
  const rows = names.map((what) => {
    const values = columns.map((lines) => lines.find(([name]) => name === what)?.[1] ?? '');
    return `| ${[what, ...values].join(' | ')} |`;
  });
  return [
    `\n### ${day}, Node ${process.versions.node}, ${machine}\n`,
    "| processor time and memory of the server's process | floor | empty store | a million offers and credentials |",
    '| --- | --- | --- | --- |',
    ...rows,
    '',
  ].join('\n');
}

function note(text: string): void {
  process.stderr.write(`bench: ${text}\n`);
}

await main();
