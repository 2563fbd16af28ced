import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { parseTrustAnchor } from '@symbolon/schemas';
import { decodeCertificatesPem, importTrustBundle, type TrustBundle } from '@symbolon/trust';
import { verifyCertificatePath } from '@symbolon/trust/certificates';
import { beforeAll, describe, expect, test } from 'vitest';
import {
  copyAuthority,
  issuerJson,
  newHome,
  PASSPHRASE,
  parseObject,
  runIssuer,
  type Surroundings,
} from './support/issuer-process.ts';

const NOW = Math.floor(Date.now() / 1000);
const home = await newHome();
const around: Surroundings = { home };
const file = (name: string): string => join(dirname(home), name);

async function openBundle(compact: string): Promise<TrustBundle> {
  const anchor = parseTrustAnchor(JSON.parse(await readFile(join(home, 'anchor.json'), 'utf8')));
  return importTrustBundle({ compact, anchor, held: undefined, now: NOW + 60 });
}

beforeAll(async () => {
  await issuerJson(['init', '--demo', '--url', 'http://localhost:38080'], around);
  const record = await runIssuer(['enrol', '--example'], around);
  await writeFile(file('record.json'), record.stdout);
  const hotel = await runIssuer(['relying-party', 'add', '--example'], around);
  await writeFile(file('hotel.json'), hotel.stdout);
});

describe('the operator’s day, each command by itself', () => {
  let enrolmentId = '';

  test('enrol takes the example record and gives an id', async () => {
    const argv = ['enrol', '--record', file('record.json'), '--operator', 'op-7'];
    const result = await issuerJson(argv, around);
    expect(Object.keys(result)).toEqual(['enrolment_id']);
    enrolmentId = String(result['enrolment_id']);
    expect(enrolmentId).toMatch(/^[0-9a-f]{32}$/);
  });

  test('one living card per person: the same record again is refused', async () => {
    const argv = ['enrol', '--record', file('record.json'), '--operator', 'op-7', '--json'];
    const { code, stdout } = await runIssuer(argv, around);
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({ error: { code: 'person_has_enrolment' } });
  });

  test('offer prints the URI, its QR, and the transaction code on a line of its own', async () => {
    const { code, stdout } = await runIssuer(['offer', enrolmentId, '--by-reference'], around);
    expect(code).toBe(0);
    const lines = stdout.trimEnd().split('\n');
    expect(lines[0]).toMatch(/^openid-credential-offer:\/\/\?credential_offer_uri=http/);
    expect(lines.at(-1)).toMatch(/^transaction code: \d{6}$/);
    expect(lines.filter((line) => /[▀▄█]/.test(line)).length).toBeGreaterThan(10);
  });

  test('offer --json gives exactly the offer and its transaction code', async () => {
    const result = await issuerJson(['offer', enrolmentId, '--format', 'dc+sd-jwt'], around);
    expect(Object.keys(result)).toEqual(['offer', 'tx_code']);
    const offer = new URL(String(result['offer'])).searchParams.get('credential_offer') ?? '';
    expect(JSON.parse(offer)).toMatchObject({
      credential_issuer: 'http://localhost:38080',
      credential_configuration_ids: ['identity-card_dc+sd-jwt'],
    });
    expect(offer).not.toContain(String(result['tx_code']));
  });

  test('an id of another shape is an unknown one, and no schema is shown', async () => {
    for (const id of ['../x', 'a b', 'x'.repeat(200)]) {
      const argv = ['revoke', id, '--reason', 'card lost', '--json'];
      const { code, stdout } = await runIssuer(argv, around);
      expect(code).toBe(1);
      expect(JSON.parse(stdout)).toMatchObject({
        error: { code: 'subject_unknown', message: 'there is no such enrolment or credential' },
      });
    }
  });

  test('suspend, reinstate and revoke an enrolment; what is revoked gets no offer', async () => {
    for (const change of ['suspend', 'reinstate', 'revoke']) {
      const result = await issuerJson([change, enrolmentId, '--reason', 'card lost'], around);
      expect(result).toEqual({ changed: 0 });
    }
    const again = await runIssuer(['revoke', enrolmentId, '--reason', 'card lost'], around);
    expect(again.stderr).toContain('a jwt_vc_json card has no status');
    const { code, stdout } = await runIssuer(['offer', enrolmentId, '--json'], around);
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({ error: { code: 'enrolment_not_living' } });
  });
});

describe('bundle', () => {
  test('says everything about the authority, under its anchor, with a number that grows', async () => {
    const first = await issuerJson(['bundle'], around);
    const { stdout } = await runIssuer(['bundle', '--out', file('bundle.jwt')], around);
    expect(stdout).toContain(file('bundle.jwt'));
    const { document } = await openBundle((await readFile(file('bundle.jwt'), 'utf8')).trim());
    expect(document.sequence).toBe(Number(first['sequence']) + 1);
    expect(document.next_update).toBe(document.issued_at + 86_400);
    expect(document.expires_at).toBe(document.issued_at + 14 * 86_400);
    expect(Math.abs(document.issued_at - NOW)).toBeLessThan(120);
    expect(document.issuers[0]).toMatchObject({
      issuer: 'http://localhost:38080',
      did: 'did:web:localhost%3A38080',
      credential_types: ['urn:symbolon:identity-card:1'],
    });
    expect(document.issuers[0]?.keys.map(({ uses }) => uses)).toEqual([['credential'], ['status']]);
    expect(document.status_lists.length).toBeGreaterThan(0);
    expect(document.type_metadata).toHaveLength(1);
    expect(document.demo).toBe(true);
  });

  test('a demo authority may date one back, with a number that grows all the same', async () => {
    const before = await issuerJson(['bundle'], around);
    const day = new Date((NOW - 5 * 86_400) * 1000).toISOString().slice(0, 10);
    const dated = await issuerJson(['bundle', '--issued-at', day], around);
    expect(dated['issued_at']).toBe(Date.parse(day) / 1000);
    expect(dated['sequence']).toBe(Number(before['sequence']) + 1);
    const { document } = await openBundle(String(dated['bundle']));
    expect(document.issued_at).toBe(Date.parse(day) / 1000);
  });
});

describe('relying-party', () => {
  const folder = file('hotel');
  let id = '';

  test('add without a signing request makes a key, mode 0600, and says so', async () => {
    const argv = ['relying-party', 'add', file('hotel.json'), '--out', folder];
    const { code, stderr } = await runIssuer(argv, around);
    expect(code).toBe(0);
    expect(stderr).toContain('access-key.jwk');
    expect((await readdir(folder)).sort()).toEqual([
      'access-certificate.pem',
      'access-key.jwk',
      'registration-certificate.jwt',
    ]);
    expect((await stat(join(folder, 'access-key.jwk'))).mode & 0o777).toBe(0o600);
    const { document } = await openBundle(String((await issuerJson(['bundle'], around))['bundle']));
    const verified = await verifyCertificatePath({
      chain: decodeCertificatesPem(await readFile(join(folder, 'access-certificate.pem'), 'utf8')),
      anchors: document.certificate_authorities.access,
      purpose: 'access',
      revocations: document.certificate_revocations,
      now: NOW + 60,
    });
    expect(verified.organizationIdentifier).toBe('NTRCN-91310000MA1K00000X');
  });

  test('nothing in the folder is overwritten, and nobody is registered for it', async () => {
    const argv = ['relying-party', 'add', file('hotel.json'), '--out', folder, '--json'];
    const { code, stdout } = await runIssuer(argv, around);
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({ error: { code: 'certificates_exist' } });
    const { relying_parties: parties } = await issuerJson(['relying-party', 'list'], around);
    expect(parties).toHaveLength(1);
  });

  test('list names it, and revoke puts its certificate into the next bundle', async () => {
    const listed = await issuerJson(['relying-party', 'list'], around);
    expect(listed).toMatchObject({ relying_parties: [{ name: 'Harbour Hotel' }] });
    const line = (await runIssuer(['relying-party', 'list'], around)).stdout;
    id = line.split(' ')[0] ?? '';
    expect(id).toMatch(/^[0-9a-f]{16}$/);
    await issuerJson(['relying-party', 'revoke', id], around);
    expect((await runIssuer(['relying-party', 'list'], around)).stdout).toContain('revoked');
    const { document } = await openBundle(String((await issuerJson(['bundle'], around))['bundle']));
    expect(document.certificate_revocations).toHaveLength(1);
  });
});

describe('doctor', () => {
  test('finds nothing wrong with a demo authority', async () => {
    const result = await issuerJson(['doctor'], around);
    expect(result).toMatchObject({ healthy: true });
  });

  test('says what is wrong and how to mend it', async () => {
    const broken = await copyAuthority(home);
    const { chmod } = await import('node:fs/promises');
    await chmod(join(broken, 'keys.json'), 0o644);
    const { code, stdout } = await runIssuer(['doctor'], { home: broken });
    expect(code).toBe(1);
    expect(stdout).toContain('BAD   keys.json');
    expect(stdout).toContain('chmod 600');
  });

  test('sees that the anchor given to verifiers is no longer this authority’s', async () => {
    const renamed = await copyAuthority(home);
    const path = join(renamed, 'issuer.json');
    const config = parseObject(await readFile(path, 'utf8'));
    await writeFile(path, JSON.stringify({ ...config, authority: 'Another' }));
    const { code, stdout } = await runIssuer(['doctor'], { home: renamed });
    expect(code).toBe(1);
    expect(stdout).toContain('BAD   anchor.json');
  });

  test('of an empty folder says what to do first', async () => {
    const { code, stdout } = await runIssuer(['doctor'], { home: await newHome() });
    expect(code).toBe(1);
    expect(stdout).toContain("run 'issuer init' first");
  });
});

describe('an authority that is not a demo', async () => {
  const real = await newHome();
  const environment = { SYMBOLON_PASSPHRASE: PASSPHRASE };
  beforeAll(async () => {
    await issuerJson(['init', '--url', 'https://id.example'], { home: real, environment });
  });

  test('dates no bundle back, and has no made-up people', async () => {
    const dated = await runIssuer(['bundle', '--issued-at', '2026-01-01', '--json'], {
      home: real,
      environment,
    });
    expect(dated.code).toBe(1);
    expect(JSON.parse(dated.stdout)).toMatchObject({
      error: { code: 'bundle_back_dating_refused' },
    });
    const argv = ['enrol', '--record', file('record.json'), '--operator', 'op-7'];
    const enrolled = await runIssuer([...argv, '--json'], { home: real, environment });
    expect(enrolled.code).toBe(1);
  });

  test('is not opened by a wrong passphrase, and says no more than that', async () => {
    const wrong = { home: real, environment: { SYMBOLON_PASSPHRASE: 'wrong horse battery' } };
    const { code, stderr } = await runIssuer(['bundle'], wrong);
    expect(code).toBe(1);
    expect(stderr).toContain('passphrase does not open');
    expect(stderr).not.toContain('horse');
  });
});
