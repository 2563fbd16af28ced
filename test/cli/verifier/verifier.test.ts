import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BLOCK_BYTES, encodeFrames, readRequest } from '@symbolon/presentation';
import { drawQrPng } from '@symbolon/presentation/qr';
import { anchorFingerprint, encodeCertificatesPem } from '@symbolon/trust';
import { openSigningRequest } from '@symbolon/trust/certificates';
import type { PresentationRequest } from '@symbolon/verifier';
import { beforeAll, describe, expect, test } from 'vitest';
import { readBootTime } from '../../../verifier/desk/boot-clock.ts';
import { openDesk } from '../../../verifier/desk/desk.ts';
import { findPending } from '../../../verifier/desk/pending-requests.ts';
import { ask, deskFolder, makeDesk } from '../../support/desk.ts';
import { type AnswerOptions, answer, framesOf } from '../../support/holder.ts';
import { createWorld, DAY, HOUR, INDEX, PERSON_VALUES, type World } from '../../support/world.ts';
import { jsonOf, refusalOf, runVerifier } from './support/run-verifier.ts';

const NOW = Math.floor(Date.now() / 1000);
let world: World;
let scratch: string;
let anchorFile: string;
let fingerprint: string;

beforeAll(async () => {
  world = await createWorld(NOW);
  scratch = mkdtempSync(join(tmpdir(), 'verifier-'));
  anchorFile = join(scratch, 'anchor.json');
  writeFileSync(anchorFile, JSON.stringify(world.anchor));
  fingerprint = await anchorFingerprint(world.anchor);
});

/** The folder that an authority sends back. */
async function certificatesFolder(
  withKey: boolean,
  key?: Awaited<ReturnType<World['counter']>>['key'],
) {
  const counter = await world.counter(['hotel'], key);
  const folder = mkdtempSync(join(tmpdir(), 'certificates-'));
  writeFileSync(
    join(folder, 'access-certificate.pem'),
    encodeCertificatesPem(counter.accessCertificates),
  );
  writeFileSync(
    join(folder, 'registration-certificate.jwt'),
    `${counter.registrationCertificate}\n`,
  );
  if (withKey) {
    writeFileSync(join(folder, 'access-key.jwk'), JSON.stringify(counter.key.privateJwk));
  }
  return folder;
}

const anchored = () => ['--anchor', anchorFile, '--anchor-fingerprint', fingerprint];

/** The request that a desk has made, as its holder and its own folder know it together. */
async function requestOf(home: string, frames: readonly string[]): Promise<PresentationRequest> {
  const sid = frameSid(frames);
  const pending = await findPending(await openDesk(home), sid, readBootTime());
  expect(readRequest(frames)).toBe(pending.compact);
  return { ...pending, sid };
}

function frameSid(frames: readonly string[]): Uint8Array<ArrayBuffer> {
  const nonce = /"nonce":"([\w-]+)"/.exec(
    Buffer.from(readRequest(frames).split('.')[1] ?? '', 'base64url').toString(),
  )?.[1];
  return Uint8Array.from(Buffer.from(nonce ?? '', 'base64url').subarray(0, 4));
}

/** Asks as the hotel, through the command. */
async function askByCommand(home: string) {
  const made = await runVerifier(home, ['request', '--policy', 'hotel', '--json']);
  expect(made.code, made.stderr).toBe(0);
  const { frames } = jsonOf(made);
  return requestOf(home, Array.isArray(frames) ? frames.map(String) : []);
}

describe('verifier init', () => {
  test('two steps: the key stays at the desk, the certificates come back', async () => {
    const home = deskFolder();
    const csr = join(scratch, 'desk.csr');
    const first = await runVerifier(home, ['init', ...anchored(), '--csr', csr]);
    expect(first.code, first.stderr).toBe(0);
    expect(first.stderr).toContain(`Fingerprint: ${fingerprint}`);
    expect(first.stderr).toContain('Testland (a demo, not a real authority)');
    const { publicJwk } = await openSigningRequest(readFileSync(csr, 'utf8'));
    const { access_key: key } = (await openDesk(home)).document;
    expect(publicJwk).toMatchObject({ x: key.x, y: key.y });

    const early = await runVerifier(home, ['request', '--policy', 'hotel', '--json']);
    expect(refusalOf(early)).toEqual({ code: 1, error: 'desk_not_registered' });

    const strange = await runVerifier(home, [
      ...['init', '--certificates', await certificatesFolder(false), '--json'],
    ]);
    expect(refusalOf(strange)).toEqual({ code: 1, error: 'certificate_of_other_key' });

    const pair = { publicJwk, privateJwk: key };
    const { createSigner } = await import('@symbolon/credentials/crypto');
    const folder = await certificatesFolder(false, { ...pair, signer: createSigner(key) });
    const second = await runVerifier(home, ['init', '--certificates', folder]);
    expect(second.code, second.stderr).toBe(0);
    expect(second.stdout).toBe(
      `Desk: ${home}\nRegistered: Hotel Xenia (NTRCN-91310000)\n` +
        "Next: 'verifier bundle import FILE' brings the authority's trust bundle.\n",
    );
    const again = await runVerifier(home, ['init', ...anchored(), '--certificates', folder]);
    expect(again.code).toBe(0);
  });

  test('one step, with a key that the authority made for a demo', async () => {
    const home = deskFolder();
    const folder = await certificatesFolder(true);
    const made = await runVerifier(home, ['init', ...anchored(), '--certificates', folder]);
    expect(made.code, made.stderr).toBe(0);
    expect(statSync(join(home, 'desk.key')).mode & 0o777).toBe(0o600);
  });

  test('wrong use and refusals', async () => {
    const csr = ['--csr', join(scratch, 'never.csr')];
    const other = join(scratch, 'other-anchor.json');
    writeFileSync(other, JSON.stringify({ ...world.anchor, authority: 'Elsewhere' }));
    const desk = await makeDesk(world);
    const cases: readonly (readonly [string, readonly string[], number, string])[] = [
      [deskFolder(), ['init', ...anchored()], 2, 'usage'],
      [deskFolder(), ['init', ...anchored(), ...csr, '--certificates', 'x'], 2, 'usage'],
      [deskFolder(), ['init', ...csr], 2, 'usage'],
      [
        deskFolder(),
        ['init', '--anchor', anchorFile, '--anchor-fingerprint', 'zz', ...csr],
        2,
        'usage',
      ],
      [deskFolder(), ['init', '--anchor', anchorFile, ...csr], 1, 'not_interactive'],
      [
        deskFolder(),
        ['init', '--anchor', other, '--anchor-fingerprint', fingerprint, ...csr],
        1,
        'fingerprint_mismatch',
      ],
      [deskFolder(), ['init', '--anchor', '/nonexistent', ...csr], 1, 'input_missing'],
      [deskFolder(), ['init', ...anchored(), '--certificates', scratch], 1, 'input_missing'],
      [desk.home, ['init', '--anchor', other, ...csr], 1, 'anchor_of_other_authority'],
    ];
    for (const [home, argv, code, error] of cases) {
      const ended = await runVerifier(home, [...argv, '--json']);
      expect(refusalOf(ended), argv.join(' ')).toEqual({ code, error });
    }
  });
});

describe('verifier bundle import', () => {
  const imported = async (home: string, text: string, ...rest: string[]) => {
    const file = join(mkdtempSync(join(tmpdir(), 'bundle-')), 'trust-bundle.jwt');
    writeFileSync(file, `${text}\n`);
    return runVerifier(home, ['bundle', 'import', file, ...rest]);
  };

  test('takes over a newer bundle, and says which authority is a demo', async () => {
    const { home } = await makeDesk(world);
    const ended = await imported(home, await world.bundleText({ sequence: 8 }));
    expect(ended.code, ended.stderr).toBe(0);
    expect(ended.stdout).toMatch(
      /^Trust bundle 8 of Testland \(a demo, not a real authority\) taken over\n/,
    );
    expect((await openDesk(home)).document.bundle?.sequence).toBe(8);
  });

  test('refusals: older, expired, of another authority, changed, from the future, no bundle', async () => {
    const { home } = await makeDesk(world);
    const elsewhere = await createWorld(NOW);
    const good = await world.bundleText({ sequence: 9 });
    const cases: readonly (readonly [string, string])[] = [
      [await world.bundleText({ sequence: 6 }), 'bundle_rollback'],
      [await world.bundleText({ sequence: 7 }), 'bundle_rollback'],
      [await world.bundleText({ sequence: 9, issuedAt: NOW - 15 * DAY }), 'bundle_expired'],
      [await elsewhere.bundleText({ sequence: 9 }), 'bundle_signature_invalid'],
      [`${good.slice(0, -4)}AAAA`, 'bundle_signature_invalid'],
      [await world.bundleText({ sequence: 9, issuedAt: NOW + HOUR }), 'bundle_from_future'],
      ['hello', 'bundle_invalid'],
      ['', 'bundle_invalid'],
    ];
    for (const [text, error] of cases) {
      expect(refusalOf(await imported(home, text, '--json'))).toEqual({ code: 1, error });
    }
    expect((await openDesk(home)).document.bundle?.sequence).toBe(7);
  });

  test('[threat 3] an older bundle is refused also when the held file was deleted', async () => {
    const { home, document } = await makeDesk(world);
    const { rmSync } = await import('node:fs');
    rmSync(join(home, `trust-bundle-${document.bundle?.digest}.jwt`));
    const older = await imported(home, await world.bundleText({ sequence: 6 }), '--json');
    expect(refusalOf(older)).toEqual({ code: 1, error: 'bundle_rollback' });
  });

  test('a URL is refused with a sentence that says what to do instead', async () => {
    const { home } = await makeDesk(world);
    const ended = await runVerifier(home, ['bundle', 'import', 'https://id.example/trust-bundle']);
    expect(ended).toEqual({
      code: 1,
      stdout: '',
      stderr:
        'verifier: error: a verifier uses no network\n' +
        'verifier: hint: fetch the bundle on another machine, carry the file here, and give its path\n',
    });
  });
});

describe('verifier request', () => {
  test('frames on standard output, notes beside; two requests differ in everything', async () => {
    const { home } = await makeDesk(world);
    const one = await runVerifier(home, ['request', '--policy', 'hotel']);
    const two = await runVerifier(home, ['request', '--policy', 'hotel']);
    expect(one.code).toBe(0);
    expect(one.stdout).toMatch(/^(?:PQ1:[0-9A-Z $%*+\-./:]+\n)+$/);
    expect(one.stderr).toContain('Waits 120 s');
    expect(one.stdout).not.toBe(two.stdout);
    expect(readdirSync(join(home, 'pending'))).toHaveLength(2);
  });

  test('--png and --out write files', async () => {
    const { home } = await makeDesk(world);
    const folder = mkdtempSync(join(tmpdir(), 'request-'));
    const made = await runVerifier(home, [
      ...['request', '--policy', 'age-gate', '--png', join(folder, 'r.png')],
      ...['--out', join(folder, 'r.txt')],
    ]);
    expect(made.code, made.stderr).toBe(0);
    const names = readdirSync(folder).sort();
    expect(names.at(-1)).toBe('r.txt');
    expect(names.filter((name) => name.endsWith('.png')).length).toBeGreaterThanOrEqual(1);
    expect(made.stdout.trim().split('\n')).toHaveLength(names.length);
    expect(readRequest(readFileSync(join(folder, 'r.txt'), 'utf8').trim().split('\n'))).toMatch(
      /^ey/,
    );
  });

  test('refusals', async () => {
    const { home } = await makeDesk(world);
    const cases: readonly (readonly [string, readonly string[], number, string])[] = [
      [home, ['request'], 2, 'usage'],
      [home, ['request', '--policy', 'spying'], 2, 'usage'],
      [deskFolder(), ['request', '--policy', 'hotel'], 1, 'desk_missing'],
    ];
    for (const [at, argv, code, error] of cases) {
      expect(refusalOf(await runVerifier(at, [...argv, '--json']))).toEqual({ code, error });
    }
  });
});

describe('verifier check', () => {
  async function answered(home: string, options: AnswerOptions = {}) {
    const request = await askByCommand(home);
    return { request, frames: framesOf(request, await answer(world, request, options)) };
  }

  test('accepted: the word, the claims, eight ticks, the age of the status, the code; exit 0', async () => {
    const { home } = await makeDesk(world);
    const { frames } = await answered(home);
    const ended = await runVerifier(home, ['check', '-'], { input: frames });
    expect(ended.code, ended.stdout + ended.stderr).toBe(0);
    expect(ended.stderr).toBe('');
    expect(ended.stdout.replace(/Code \d\d/, 'Code 00').split('\n')).toEqual([
      '',
      '  ACCEPTED  ',
      '',
      'Hotel check-in',
      'DEMO: Testland is not a real authority',
      '',
      '  Family name     Zhang',
      '  Given name      San',
      '  18 or older     yes',
      "  Small portrait  AVIF picture, 600 bytes ('--portrait FILE' writes it)",
      '  Level           basic',
      '',
      ...['format', 'issuer trusted', 'issuer signature', 'disclosures', 'validity period'].map(
        (check) => `  ✓ ${check}`,
      ),
      '  ✓ status',
      '  ✓ holder binding',
      '  ✓ request satisfied',
      '',
      expect.stringMatching(/^Status list: 60 min old \(.* UTC\), at most 3 days allowed$/),
      expect.stringMatching(/^Card valid until .* UTC$/),
      "Code 00: the holder's screen must show the same",
      '',
    ]);
  });

  test('rejected: the reason first, no claim, the failed check with its code; exit 1', async () => {
    const { home } = await makeDesk(world);
    const { frames } = await answered(home, { index: INDEX.revoked });
    const file = join(scratch, 'revoked.txt');
    writeFileSync(file, `${frames}\n`);
    const ended = await runVerifier(home, ['check', file]);
    expect(ended.code).toBe(1);
    expect(ended.stdout).toContain('  REJECTED  ');
    expect(ended.stdout).toContain('the issuer has revoked this credential');
    expect(ended.stdout).toMatch(
      /✗ status\s+the issuer has revoked this credential \(credential_revoked\)/,
    );
    expect(ended.stdout.match(/✓/g)).toHaveLength(7);
    for (const value of PERSON_VALUES) expect(ended.stdout).not.toContain(value);
  });

  test('undecided: ask staff, with the hint to import a new bundle; exit 3', async () => {
    const { home } = await makeDesk(world, { issuedAt: NOW - 5 * DAY });
    const { frames } = await answered(home);
    const ended = await runVerifier(home, ['check', '-'], { input: frames });
    expect(ended.code).toBe(3);
    expect(ended.stdout).toContain('  ASK STAFF  ');
    expect(ended.stdout).toContain('Hint: import a new trust bundle');
    expect(ended.stdout).toMatch(/\? status\s+the status list is \d+ s old/);
    for (const value of PERSON_VALUES) expect(ended.stdout).not.toContain(value);
  });

  test('--json: claims only when accepted; the receipt’s name, the bundle, every check', async () => {
    const { home } = await makeDesk(world);
    const disclose = ['family_name', 'given_name', 'age_equal_or_over_18', 'portrait_thumb', 'sex'];
    const { frames } = await answered(home, { format: 'vc+sd-jwt', disclose });
    const portrait = join(scratch, 'portrait.avif');
    const argv = ['check', '-', '--json', '--portrait', portrait];
    const ended = await runVerifier(home, argv, { input: frames });
    expect(ended.code, ended.stderr).toBe(0);
    expect(jsonOf(ended)).toMatchObject({
      outcome: 'accepted',
      policy: 'hotel',
      code: expect.stringMatching(/^\d\d$/),
      receipt: expect.stringMatching(/\.jwt$/),
      claims: { family_name: 'Zhang', given_name: 'San', age_equal_or_over_18: true },
      dropped: ['sex'],
      level: 'basic',
      format: 'vc+sd-jwt',
      status: { issued_at: NOW - HOUR },
      authority: 'Testland',
      demo: true,
      bundle: { sequence: 7 },
    });
    expect(readFileSync(portrait)).toEqual(Buffer.alloc(600, 'portrait'));
    const again = await runVerifier(home, ['check', '-', '--json'], { input: frames });
    expect(again.code).toBe(1);
    expect(jsonOf(again)).not.toHaveProperty('claims');
  });

  test('pictures, in any order, each given by name', async () => {
    const { home } = await makeDesk(world);
    const request = await askByCommand(home);
    const wire = await answer(world, request);
    const files = encodeFrames(wire, { sid: request.sid, blockBytes: BLOCK_BYTES.v15 }).map(
      (frame, at) => {
        const file = join(scratch, `answer-${at + 1}.png`);
        writeFileSync(file, drawQrPng(frame));
        return file;
      },
    );
    expect(files.length).toBeGreaterThan(1);
    const partly = await runVerifier(home, ['check', ...files.slice(1), '--json']);
    expect(partly.code).toBe(1);
    const ended = await runVerifier(home, ['check', ...files.reverse()]);
    expect(ended.code, ended.stdout + ended.stderr).toBe(0);
  });

  test('[attack 75] eight processes at once: one accepts', async () => {
    const { home } = await makeDesk(world);
    const { frames } = await answered(home);
    const ended = await Promise.all(
      Array.from({ length: 8 }, () => runVerifier(home, ['check', '-'], { input: frames })),
    );
    expect(ended.map(({ code }) => code).sort()).toEqual([0, 1, 1, 1, 1, 1, 1, 1]);
    expect(ended.filter(({ stdout }) => stdout.includes('Zhang'))).toHaveLength(1);
  });

  test('without a pending request nothing is accepted', async () => {
    const { home } = await makeDesk(world);
    const { frames } = await answered(await makeDesk(world).then((desk) => desk.home));
    const ended = await runVerifier(home, ['check', '-'], { input: frames });
    expect(ended.code).toBe(1);
    expect(ended.stdout).toContain('this desk has made no request that the answer belongs to');
    expect(ended.stdout).toContain('Hint: make a new request');
  });

  test('a late answer is rejected', async () => {
    const desk = await makeDesk(world);
    const boot = readBootTime();
    const request = await ask(world, desk, 'hotel', { ...boot, seconds: boot.seconds - 130 });
    const frames = framesOf(request, await answer(world, request));
    const ended = await runVerifier(desk.home, ['check', '-'], { input: frames });
    expect(ended.code).toBe(1);
    expect(ended.stdout).toContain('the request is older than 120 s');
  });

  test('[threat 27] with a clock set back a day the desk refuses to work', async () => {
    const tomorrow = await createWorld(NOW + DAY);
    const { home } = await makeDesk(tomorrow);
    const file = join(scratch, 'some-answer.txt');
    writeFileSync(file, 'PQ1:00');
    for (const argv of [
      ['request', '--policy', 'hotel'],
      ['check', file],
    ]) {
      const ended = await runVerifier(home, [...argv, '--json']);
      expect(refusalOf(ended)).toEqual({ code: 1, error: 'clock_behind' });
    }
    expect((await runVerifier(home, ['doctor'])).stdout).toContain('FAIL  clock: ');
  });

  test('wrong use and unreadable input', async () => {
    const { home } = await makeDesk(world);
    const cases: readonly (readonly [readonly string[], number, string])[] = [
      [['check'], 2, 'usage'],
      [['check', '/nonexistent'], 1, 'input_missing'],
      [['check', scratch], 1, 'input_unreadable'],
      [['check', 'PQ1:00', '--portrait', '/nonexistent/x.avif'], 2, 'usage'],
    ];
    for (const [argv, code, error] of cases) {
      expect(refusalOf(await runVerifier(home, [...argv, '--json']))).toEqual({ code, error });
    }
    const binary = await runVerifier(home, ['check', '-', '--json'], {
      input: new Uint8Array([255, 254, 0, 1]),
    });
    expect(refusalOf(binary)).toEqual({ code: 1, error: 'input_unreadable' });
    const huge = await runVerifier(home, ['check', '-', '--json'], {
      input: 'PQ1:'.padEnd(1_000_000, 'A'),
    });
    expect(huge.code).toBe(1);
  });

  test('a desk whose pending folder was emptied, or whose bundle is gone', async () => {
    const { home, document } = await makeDesk(world);
    const { rmSync } = await import('node:fs');
    rmSync(join(home, `trust-bundle-${document.bundle?.digest}.jwt`));
    const ended = await runVerifier(home, ['check', 'PQ1:00', '--json']);
    expect(refusalOf(ended)).toEqual({ code: 1, error: 'bundle_missing' });
  });
});

describe('verifier doctor', () => {
  test('a desk in order: exit 0, and a demo is a warning', async () => {
    const { home } = await makeDesk(world);
    const ended = await runVerifier(home, ['doctor']);
    expect(ended.code, ended.stdout).toBe(0);
    expect(ended.stdout).toContain('ok    desk: ');
    expect(ended.stdout).toContain('warn  authority: Testland is a demo');
    expect(ended.stdout).toContain('ok    registration: Hotel Xenia (NTRCN-91310000)');
    expect(ended.stdout).toContain('ok    access certificate: NTRCN-91310000');
    expect(ended.stdout).toContain('ok    receipts: 0, none changed');
  });

  test('what is wrong is named, with how to mend it; exit 1', async () => {
    const { home } = await makeDesk(world, { issuedAt: NOW - 5 * DAY });
    mkdirSync(join(home, 'receipts'), { recursive: true });
    writeFileSync(join(home, 'receipts', '2026-11-25T120000Z-00000000.jwt'), 'forged');
    const ended = await runVerifier(home, ['doctor', '--json']);
    expect(ended.code).toBe(1);
    expect(jsonOf(ended)).toMatchObject({
      findings: expect.arrayContaining([
        expect.objectContaining({
          subject: 'trust bundle',
          outcome: 'broken',
          message: expect.stringContaining('too old to decide under hotel, age-gate'),
          hint: expect.any(String),
        }),
        expect.objectContaining({ subject: 'receipts', outcome: 'broken' }),
      ]),
    });
  });

  test('an empty folder', async () => {
    const ended = await runVerifier(deskFolder(), ['doctor']);
    expect(ended.code).toBe(1);
    expect(ended.stdout).toMatch(/^FAIL {2}desk: there is no desk in /);
  });
});

describe('help', () => {
  for (const command of [[], ['init'], ['bundle', 'import'], ['request'], ['check'], ['doctor']]) {
    test(`verifier ${command.join(' ')} --help`, async () => {
      const ended = await runVerifier('/nonexistent', [...command, '--help']);
      expect(ended.code).toBe(0);
      expect(ended.stdout).toContain('Usage: verifier');
      expect(ended.stdout).toContain('Exit codes');
      if (command.length > 0) expect(ended.stdout).toContain('Examples:');
    });
  }
});
