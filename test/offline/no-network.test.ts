import { spawnSync } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readRequest } from '@symbolon/presentation';
import { anchorFingerprint } from '@symbolon/trust';
import { beforeAll, describe, expect, test } from 'vitest';
import { readBootTime } from '../../verifier/desk/boot-clock.ts';
import { openDesk } from '../../verifier/desk/desk.ts';
import { findPending } from '../../verifier/desk/pending-requests.ts';
import { jsonOf, runVerifier } from '../cli/verifier/support/run-verifier.ts';
import { deskFolder, makeDesk } from '../support/desk.ts';
import { type AnswerOptions, answer, framesOf } from '../support/holder.ts';
import { createWorld, DAY, INDEX, type World } from '../support/world.ts';

/** An own user and an own network, in which there is nothing but a loopback that is down. */
const WITHOUT_NETWORK = ['unshare', '-rn'];

const NOW = Math.floor(Date.now() / 1000);
let world: World;

beforeAll(async () => {
  const [unshare = '', ...flags] = WITHOUT_NETWORK;
  const probe = spawnSync(unshare, [...flags, 'cat', '/proc/net/dev'], { encoding: 'utf8' });
  if (probe.error !== undefined || probe.status !== 0) {
    throw new Error(
      `'unshare -rn' must work here, or nobody knows that the verifier needs no network (util-linux; unprivileged user namespaces must be allowed): ${probe.error?.message ?? probe.stderr}`,
    );
  }
  const interfaces = [...probe.stdout.matchAll(/^\s*([\w.-]+):/gm)].map(([, name]) => name);
  expect(interfaces).toEqual(['lo']);
  world = await createWorld(NOW);
});

const offline = (home: string, argv: readonly string[], input = '') =>
  runVerifier(home, argv, { before: WITHOUT_NETWORK, input });

async function exchange(home: string, options: AnswerOptions = {}) {
  const asked = await offline(home, ['request', '--policy', 'hotel', '--json']);
  expect(asked.code, asked.stderr).toBe(0);
  const { frames } = jsonOf(asked);
  const compact = readRequest(Array.isArray(frames) ? frames.map(String) : []);
  const nonce = /"nonce":"([\w-]+)"/.exec(
    Buffer.from(compact.split('.')[1] ?? '', 'base64url').toString(),
  )?.[1];
  const sid = Uint8Array.from(Buffer.from(nonce ?? '', 'base64url').subarray(0, 4));
  const request = { ...(await findPending(await openDesk(home), sid, readBootTime())), sid };
  return framesOf(request, await answer(world, request, options));
}

describe('without any network', () => {
  test('a desk is set up, takes over a bundle, and is examined', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'offline-'));
    const [home, anchor, bundle] = [deskFolder(), join(folder, 'a.json'), join(folder, 'b.jwt')];
    writeFileSync(anchor, JSON.stringify(world.anchor));
    writeFileSync(bundle, await world.bundleText());
    const fingerprint = await anchorFingerprint(world.anchor);
    const made = await offline(home, [
      ...['init', '--anchor', anchor, '--anchor-fingerprint', fingerprint],
      ...['--csr', join(folder, 'desk.csr')],
    ]);
    expect(made.code, made.stderr).toBe(0);
    const imported = await offline(home, ['bundle', 'import', bundle]);
    expect(imported.code, imported.stderr).toBe(0);
    const examined = await offline(home, ['doctor']);
    expect(examined.stdout).toContain('FAIL  registration: the authority has not registered');
  });

  test('accepted, rejected and undecided, as with a network', async () => {
    const desk = await makeDesk(world);
    const good = await offline(desk.home, ['check', '-'], await exchange(desk.home));
    expect(good.code, good.stdout + good.stderr).toBe(0);
    const frames = await exchange(desk.home, { index: INDEX.revoked });
    expect((await offline(desk.home, ['check', '-'], frames)).code).toBe(1);
    const old = await makeDesk(world, { issuedAt: NOW - 5 * DAY });
    expect((await offline(old.home, ['check', '-'], await exchange(old.home))).code).toBe(3);
  });
});
