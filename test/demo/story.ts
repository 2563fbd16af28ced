import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { drawQrTerminal, readQrPicture } from '@symbolon/presentation/qr';
import { parseTrustAnchor } from '@symbolon/schemas';
import { readQrReader } from '@symbolon/terminal';
import { anchorFingerprint } from '@symbolon/trust';
import type { Narrator } from './narrator.ts';
import { Party } from './party.ts';

const FORMATS = ['dc+sd-jwt', 'vc+sd-jwt', 'jwt_vc_json'] as const;
const DAY_MS = 86_400_000;

const HOTEL_REGISTRATION = {
  name: 'Hotel Xenia',
  legal_name: 'Xenia Hospitality Ltd',
  country: 'CN',
  policy: 'hotel',
  privacy_policy: 'https://hotel.example/privacy',
  support_uri: 'https://hotel.example/support',
};

/**
 * The main job, each party a process of its own with a folder of its own: enrol, issue, hold,
 * present over QR pictures, verify offline; then revoked, and then a list too old to judge by.
 *
 * @throws Error when any step ends otherwise than it should.
 */
export async function playStory(folder: string, narrator: Narrator): Promise<void> {
  const authority = new Party('issuer', folder, 'authority');
  const holder = new Party('wallet', folder, 'holder');
  const desk = new Party('verifier', folder, 'hotel-desk');
  const nightDesk = new Party('verifier', folder, 'night-desk');
  const server = await narrator.part('An authority is set up', () =>
    openAuthority(authority, narrator),
  );
  try {
    const enrolmentId = await narrator.part(
      'A person is enrolled, and the wallet collects three credentials',
      () => collect(authority, holder, narrator),
    );
    await narrator.part('A hotel registers, and its desk is set up', async () => {
      await register(authority, desk, 'NTRCN-91310000', narrator);
      await register(authority, nightDesk, 'NTRCN-91310001', narrator);
    });
    await narrator.part('The guest shows the card, the desk checks it without a network', () =>
      showCard({ holder, desk, expected: 0 }, narrator),
    );
    await narrator.part('The card is revoked, and the same desk refuses it', async () => {
      await revoke(authority, desk, enrolmentId, narrator);
      await showCard({ holder, desk, expected: 1 }, narrator);
    });
    await narrator.part('A desk whose list is too old cannot decide', async () => {
      await importOldBundle(authority, nightDesk, narrator);
      await showCard({ holder, desk: nightDesk, expected: 3 }, narrator);
    });
  } finally {
    await authority.stop(server);
  }
}

async function openAuthority(authority: Party, narrator: Narrator): Promise<ChildProcess> {
  const port = await freePort();
  await authority.expect(
    0,
    ...['init', '--authority', 'Demo Authority', '--url', `http://localhost:${port}`, '--demo'],
  );
  narrator.say('The demo authority has its keys, its DID and a register of made-up people.');
  const server = authority.start('serve');
  await answers(`http://localhost:${port}/readyz`, server);
  narrator.say('Its service answers.');
  return server;
}

async function collect(authority: Party, holder: Party, narrator: Narrator): Promise<string> {
  const { stdout: record } = await authority.expect(0, 'enrol', '--example');
  writeFileSync(authority.file('record.json'), record);
  const enrolled = await authority.json(
    ...['enrol', '--record', authority.file('record.json'), '--operator', 'operator-1'],
  );
  const enrolmentId = String(enrolled['enrolment_id']);
  narrator.say(
    'An operator has seen the person; the register knows the number, name and birth date.',
  );
  const offer = await authority.json(
    ...['offer', enrolmentId, '--type', 'identity-card'],
    ...FORMATS.flatMap((format) => ['--format', format]),
  );
  writeFileSync(holder.file('tx-code'), `${offer['tx_code']}\n`, { mode: 0o600 });
  await holder.expect(0, 'init', ...(await anchored(authority)));
  await authority.expect(0, 'bundle', '--out', authority.file('bundle.jwt'));
  await holder.expect(0, 'bundle', 'import', authority.file('bundle.jwt'));
  const accepted = await holder.expect(
    0,
    ...['accept', String(offer['offer']), '--tx-code-file', holder.file('tx-code'), '--yes'],
  );
  narrator.show(accepted.stdout);
  narrator.show((await holder.expect(0, 'list')).stdout);
  return enrolmentId;
}

async function register(
  authority: Party,
  desk: Party,
  identifier: string,
  narrator: Narrator,
): Promise<void> {
  const [csr, registration] = [desk.file('desk.csr'), authority.file(`${identifier}.json`)];
  await desk.expect(0, 'init', ...(await anchored(authority)), '--csr', csr);
  writeFileSync(
    registration,
    JSON.stringify({
      ...HOTEL_REGISTRATION,
      identifier,
      purpose: [{ lang: 'en', value: 'Check-in of a guest' }],
    }),
  );
  const certificates = desk.file('certificates');
  await authority.expect(
    0,
    ...['relying-party', 'add', registration, '--csr', csr, '--out', certificates],
  );
  await desk.expect(0, 'init', ...(await anchored(authority)), '--certificates', certificates);
  narrator.say(
    `${identifier}: the key was made at the desk and never left it; registered for 'hotel'.`,
  );
  if (identifier.endsWith('0')) {
    await authority.expect(0, 'bundle', '--out', authority.file('bundle.jwt'));
    await desk.expect(0, 'bundle', 'import', authority.file('bundle.jwt'));
  }
}

async function showCard(
  { holder, desk, expected }: { holder: Party; desk: Party; expected: 0 | 1 | 3 },
  narrator: Narrator,
): Promise<void> {
  const stem = `show-${expected}`;
  const requested = await desk.expect(
    0,
    ...['request', '--policy', 'hotel', '--png', desk.file(`${stem}-request.png`)],
  );
  narrator.show(requested.stdout);
  const asked = pictures(desk, `${stem}-request`);
  if (expected === 0) narrator.say(...(await drawAgain(asked[0] ?? '')));
  const presented = await holder.expect(
    0,
    ...['present', ...asked],
    ...['--yes', '--png', holder.file(`${stem}-answer.png`)],
  );
  if (expected === 0) narrator.show(presented.stderr);
  narrator.show(presented.stdout);
  const answer = pictures(holder, `${stem}-answer`);
  narrator.say(`The answer is ${answer.length} QR pictures; the desk reads them back.`);
  const checked = await desk.expect(expected, 'check', ...answer);
  narrator.show(checked.stdout);
}

async function revoke(
  authority: Party,
  desk: Party,
  enrolmentId: string,
  narrator: Narrator,
): Promise<void> {
  await authority.expect(0, 'revoke', enrolmentId, '--reason', 'lost');
  await authority.expect(0, 'bundle', '--out', authority.file('bundle.jwt'));
  await desk.expect(0, 'bundle', 'import', authority.file('bundle.jwt'));
  narrator.say('Revoked; the desk has carried in the new bundle.');
}

/** A bundle of five days ago: good for two weeks, but its status list is older than 72 hours. */
async function importOldBundle(authority: Party, desk: Party, narrator: Narrator): Promise<void> {
  const fiveDaysAgo = new Date(Date.now() - 5 * DAY_MS).toISOString();
  const old = authority.file('old-bundle.jwt');
  await authority.expect(0, 'bundle', '--issued-at', fiveDaysAgo, '--out', old);
  await desk.expect(0, 'bundle', 'import', old);
  narrator.say('The night desk holds a list of five days ago, and nothing newer.');
}

/** The options that set a program up with the authority's anchor. */
async function anchored(authority: Party): Promise<readonly string[]> {
  const file = join(authority.home, 'data', 'anchor.json');
  const anchor = parseTrustAnchor(JSON.parse(readFileSync(file, 'utf8')));
  return ['--anchor', file, '--anchor-fingerprint', await anchorFingerprint(anchor)];
}

/** The desk's first picture as a terminal shows it. */
async function drawAgain(picture: string): Promise<readonly string[]> {
  const texts = await readQrPicture(new Uint8Array(readFileSync(picture)), await readQrReader());
  return texts.flatMap((text) => drawQrTerminal(text).split('\n'));
}

/** The numbered pictures that a program wrote for a name, in order. */
function pictures(party: Party, stem: string): readonly string[] {
  return readdirSync(party.home)
    .filter((name) => name.startsWith(stem) && name.endsWith('.png'))
    .sort((one, other) => one.localeCompare(other, 'en', { numeric: true }))
    .map((name) => party.file(name));
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const address = probe.address();
  await new Promise((closed) => probe.close(closed));
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

async function answers(url: string, server: ChildProcess): Promise<void> {
  for (let attempt = 0; attempt < 200; attempt++) {
    if (server.exitCode !== null) throw new Error(`the service ended with ${server.exitCode}`);
    const response = await fetch(url).catch(() => undefined);
    if (response?.ok === true) return;
    await setTimeout(50);
  }
  throw new Error('the service does not answer');
}
