import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { type BootTime, readBootTime } from '../../../verifier/desk/boot-clock.ts';
import { checkAnswer } from '../../../verifier/desk/check-answer.ts';
import type { Desk } from '../../../verifier/desk/desk.ts';
import { sweepPending } from '../../../verifier/desk/pending-requests.ts';
import { openReceipt } from '../../../verifier/receipt.ts';
import { ask, makeDesk } from '../../support/desk.ts';
import { type AnswerOptions, answer, framesOf } from '../../support/holder.ts';
import { createWorld, DAY, INDEX, PERSON_VALUES, type World } from '../../support/world.ts';

const NOW = 1_795_600_000;
let world: World;
let desk: Desk;

beforeAll(async () => {
  world = await createWorld(NOW);
  desk = await makeDesk(world);
});

const later = (seconds: number): BootTime => {
  const boot = readBootTime();
  return { ...boot, seconds: boot.seconds + seconds };
};

async function exchange(options: AnswerOptions = {}, at: Desk = desk) {
  const request = await ask(world, at);
  return { request, frames: framesOf(request, await answer(world, request, options)) };
}

async function check(
  frames: string,
  options: { at?: Desk; boot?: BootTime; issuedAt?: number } = {},
) {
  const { at = desk, boot = readBootTime(), issuedAt = NOW - 3600 } = options;
  return checkAnswer([frames], {
    desk: at,
    bundle: await world.bundle({ issuedAt }),
    now: NOW,
    boot,
  });
}

const pendingFiles = (at = desk) => readdirSync(join(at.home, 'pending'));
const codes = ({ verdict }: Awaited<ReturnType<typeof checkAnswer>>) =>
  verdict.checks.flatMap((result) =>
    result.outcome === 'passed' || result.code === 'check_not_run'
      ? []
      : [`${result.check} ${result.code}`],
  );

describe('one answer to one request', () => {
  test('[attack 75] the second check of an accepted answer is rejected', async () => {
    const { frames } = await exchange();
    expect((await check(frames)).verdict.outcome).toBe('accepted');
    const second = await check(frames);
    expect(second.verdict.outcome).toBe('rejected');
    expect(codes(second)).toEqual(['holder_binding request_unknown']);
  });

  test('[attack 75] of 50 parallel checks of one answer exactly one is accepted', async () => {
    const { frames } = await exchange();
    const bundle = await world.bundle();
    const checks = await Promise.all(
      Array.from({ length: 50 }, () =>
        checkAnswer([frames], { desk, bundle, now: NOW, boot: readBootTime() }),
      ),
    );
    const outcomes = checks.map(({ verdict }) => verdict.outcome);
    expect(outcomes.filter((outcome) => outcome === 'accepted')).toHaveLength(1);
    expect(outcomes.filter((outcome) => outcome === 'rejected')).toHaveLength(49);
    expect(checks.filter(({ verdict }) => 'claims' in verdict)).toHaveLength(1);
  });

  test('a failed answer does not use the request up: an attacker must not burn it', async () => {
    const { request } = await exchange();
    const bad = framesOf(request, await answer(world, request, { index: INDEX.revoked }));
    expect((await check(bad)).verdict.outcome).toBe('rejected');
    const good = framesOf(request, await answer(world, request));
    expect((await check(good)).verdict.outcome).toBe('accepted');
  });

  test('an undecided answer may be checked again, with a newer bundle', async () => {
    const { frames } = await exchange();
    expect((await check(frames, { issuedAt: NOW - 4 * DAY })).verdict.outcome).toBe('undecided');
    expect((await check(frames)).verdict.outcome).toBe('accepted');
  });
});

describe('threat 5: replay', () => {
  test('[attack 29] at another desk', async () => {
    const { frames } = await exchange();
    const other = await makeDesk(world);
    expect(codes(await check(frames, { at: other }))).toEqual(['holder_binding request_unknown']);
  });

  test('[attack 29] in another session of the same desk, with the frames renamed to it', async () => {
    const { request } = await exchange();
    const wire = await answer(world, request);
    const other = await ask(world, desk);
    const result = await check(framesOf(other, wire));
    expect(result.verdict.outcome).toBe('rejected');
    expect(codes(result)).toEqual(['holder_binding answer_unreadable']);
  });

  test('[attack 75] after 120 s of the machine’s own clock', async () => {
    const { frames } = await exchange();
    expect(codes(await check(frames, { boot: later(121) }))).toEqual([
      'holder_binding request_expired',
    ]);
    expect((await check(frames, { boot: later(100) })).verdict.outcome).toBe('accepted');
  });

  test('after a restart of the machine', async () => {
    const { frames } = await exchange();
    const boot = { ...readBootTime(), bootId: 'another' };
    expect(codes(await check(frames, { boot }))).toEqual(['holder_binding request_expired']);
  });

  test('by a machine whose own clock runs backwards', async () => {
    const { frames } = await exchange();
    expect(codes(await check(frames, { boot: later(-60) }))).toEqual([
      'holder_binding request_expired',
    ]);
  });
});

describe('pending requests', () => {
  test('are for their owner only, and say nothing in the clear', async () => {
    const request = await ask(world, desk);
    const name = `${Buffer.from(request.sid).toString('hex')}.sealed`;
    const path = join(desk.home, 'pending', name);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    const text = readFileSync(path, 'latin1');
    for (const secret of [request.nonce, request.responsePrivateJwk.d, 'hotel']) {
      expect(text).not.toContain(secret);
    }
  });

  test('one that was changed, or put under another name, is not taken', async () => {
    const [one, other] = [await exchange(), await exchange()];
    const pathOf = (sid: Uint8Array) =>
      join(desk.home, 'pending', `${Buffer.from(sid).toString('hex')}.sealed`);
    writeFileSync(pathOf(one.request.sid), readFileSync(pathOf(other.request.sid)));
    expect(codes(await check(one.frames))).toEqual(['holder_binding desk_damaged']);
  });

  test('old ones are swept away, waiting ones stay', async () => {
    const at = await makeDesk(world);
    await ask(world, at, 'hotel', later(-500));
    const waiting = await ask(world, at);
    await sweepPending(at, readBootTime());
    expect(pendingFiles(at)).toEqual([`${Buffer.from(waiting.sid).toString('hex')}.sealed`]);
  });

  test('nothing is left of one that was answered', async () => {
    const at = await makeDesk(world);
    const { frames } = await exchange({}, at);
    expect((await check(frames, { at })).verdict.outcome).toBe('accepted');
    expect(pendingFiles(at)).toEqual([]);
  });
});

describe('frames', () => {
  const refused: readonly (readonly [string, string, string])[] = [
    ['no frames', '', 'format frames_incomplete'],
    ['something else', 'hello', 'format frame_malformed'],
    ['a cut frame', 'PQ1:00', 'format frame_malformed'],
    ['a URI', 'openid4vp://?request=x', 'format frame_malformed'],
  ];
  for (const [why, text, code] of refused) {
    test(`${why}: ${code}`, async () => {
      const result = await check(text);
      expect(result.verdict.outcome).toBe('rejected');
      expect(codes(result)).toEqual([code]);
    });
  }

  test('a frame that is missing is a rejection that leaves the request', async () => {
    const { frames } = await exchange();
    const [first = '', ...rest] = frames.split('\n');
    expect(codes(await check(first))).toEqual(['format frames_incomplete']);
    const swapped = [...rest, first].join('\r\n');
    expect((await check(swapped)).verdict.outcome).toBe('accepted');
  });

  test("a neighbour's frames among them are passed over", async () => {
    const [mine, neighbour] = [await exchange(), await exchange({}, await makeDesk(world))];
    const result = await check(`${neighbour.frames}\n${mine.frames}`);
    expect(result.verdict.outcome).toBe('accepted');
  });
});

describe('threat 19: receipts', () => {
  const receiptOf = (at: Desk, name = '') =>
    readFileSync(join(at.home, 'receipts', name), 'utf8').trim();

  test('a receipt tells when, which policy, every check, which bundle, and no claim', async () => {
    const { frames } = await exchange({ format: 'vc+sd-jwt' });
    const { exchange: made } = await check(frames);
    const compact = receiptOf(desk, made?.receipt);
    const { kty, crv, x, y } = desk.document.access_key;
    const receipt = await openReceipt(compact, { kty, crv, x, y });
    expect(receipt).toMatchObject({
      time: NOW,
      policy: 'hotel',
      outcome: 'accepted',
      bundle: { sequence: 7 },
    });
    expect(receipt.bundle.digest).toMatch(/^[\w-]{43}$/);
    expect(receipt.checks).toHaveLength(8);
    expect(statSync(join(desk.home, 'receipts', made?.receipt ?? '')).mode & 0o777).toBe(0o600);
    const text = Buffer.from(compact.split('.')[1] ?? '', 'base64url').toString();
    for (const value of PERSON_VALUES) expect(text).not.toContain(value);
  });

  test('a rejection is on record with the code of each failed check', async () => {
    const { frames } = await exchange({ index: INDEX.revoked });
    const { exchange: made } = await check(frames);
    const { kty, crv, x, y } = desk.document.access_key;
    const receipt = await openReceipt(receiptOf(desk, made?.receipt), { kty, crv, x, y });
    expect(receipt.outcome).toBe('rejected');
    expect(receipt.checks).toContainEqual({
      check: 'status',
      outcome: 'failed',
      code: 'credential_revoked',
    });
  });

  test('a change of a receipt shows', async () => {
    const { frames } = await exchange();
    const { exchange: made } = await check(frames);
    const [header, payload = '', signature] = receiptOf(desk, made?.receipt).split('.');
    const changed = Buffer.from(payload, 'base64url').toString().replace('accepted', 'rejected');
    const forged = [header, Buffer.from(changed).toString('base64url'), signature].join('.');
    const { kty, crv, x, y } = desk.document.access_key;
    await expect(openReceipt(forged, { kty, crv, x, y })).rejects.toMatchObject({
      code: 'receipt_invalid',
    });
  });

  test('planted values: nothing of the person is in the folder of the desk afterwards', async () => {
    const at = await makeDesk(world);
    const { frames } = await exchange({}, at);
    expect((await check(frames, { at })).verdict.outcome).toBe('accepted');
    const files = readdirSync(at.home, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'latin1'));
    const decoded = files.flatMap((text) =>
      text.split('.').map((part) => Buffer.from(part, 'base64url').toString('latin1')),
    );
    for (const value of PERSON_VALUES) {
      for (const text of [...files, ...decoded]) expect(text).not.toContain(value);
    }
  });
});
