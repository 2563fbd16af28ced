import { randomBytes } from '@symbolon/credentials/crypto';
import { findIssuerKey, importTrustBundle, openTrustBundle } from '@symbolon/trust';
import { beforeEach, describe, expect, test } from 'vitest';
import { createKeyVault } from '../../../../issuer/agent/create-key-vault.ts';
import { createIssuerAgent } from '../../../../issuer/agent/open-issuer-agent.ts';
import { parseConfig } from '../../../../issuer/config.ts';
import { openStatusLists } from '../../../../issuer/status/open-status-lists.ts';
import type { IssuanceStore } from '../../../../issuer/store/issuance-store.ts';
import { openSqliteStore } from '../../../../issuer/store/sqlite-store.ts';
import {
  createTrustBundles,
  type TrustBundles,
} from '../../../../issuer/trust-bundle/trust-bundles.ts';

const START = 1_795_600_000;
const CONFIG = parseConfig(
  JSON.stringify({
    kind: 'symbolon-issuer',
    version: 1,
    authority: 'City of Example',
    demo: true,
    base_url: 'https://id.example',
    listen: { host: '127.0.0.1', port: 8080 },
  }),
);
const vault = await createKeyVault({
  name: CONFIG.authority,
  country: 'CN',
  baseUrl: CONFIG.baseUrl,
  passphrase: 'a passphrase',
  now: START - 20 * 86_400,
  random: randomBytes,
  scryptCost: 16_384,
});
const agent = createIssuerAgent(vault, CONFIG, randomBytes);

let time = START;
let store: IssuanceStore;
let bundles: TrustBundles;

async function open(demo = true): Promise<TrustBundles> {
  const config = { ...CONFIG, demo };
  store = openSqliteStore(':memory:', { now: () => time });
  const parts = { store, agent, config, random: randomBytes, listSize: 131_072 };
  const statusLists = await openStatusLists(parts);
  return createTrustBundles({ agent, config, statusLists, store, now: () => time });
}

beforeEach(async () => {
  time = START;
  bundles = await open();
});

test('a bundle opens under the anchor and names the keys that the agent signs with', async () => {
  const { compact } = await bundles.create();
  const bundle = await importTrustBundle({
    compact,
    anchor: agent.anchor,
    held: undefined,
    now: time,
  });
  const credentialType = 'urn:symbolon:identity-card:1';
  const byCertificate = {
    issuer: CONFIG.baseUrl,
    kid: agent.credential.kid,
    x5c: agent.credential.certificates,
    credentialType,
    use: 'credential',
  } as const;
  const { kid } = agent.credential;
  const byDid = {
    issuer: agent.did,
    kid: agent.credential.didUrl,
    credentialType,
    use: 'credential',
  } as const;
  for (const query of [byCertificate, byDid]) {
    expect(findIssuerKey(bundle, query, time)).toEqual(agent.credential.publicJwk);
  }
  for (const { didUrl: other } of [agent.status, agent.metadata, agent.registrar]) {
    expect(() => findIssuerKey(bundle, { ...byDid, kid: other }, time)).toThrow(
      expect.objectContaining({ name: 'TrustError' }),
    );
  }
  const status = { issuer: CONFIG.baseUrl, kid: agent.status.kid, use: 'status' } as const;
  expect(findIssuerKey(bundle, status, time)).toEqual(agent.status.publicJwk);
  expect(() => findIssuerKey(bundle, { ...status, kid }, time)).toThrow(
    expect.objectContaining({ name: 'TrustError' }),
  );
});

test('the current bundle is made once a minute, and at once after a change', async () => {
  const first = await bundles.current();
  time += 59;
  expect(await bundles.current()).toBe(first);
  time += 1;
  const second = await bundles.current();
  expect(second).not.toBe(first);
  bundles.invalidate();
  expect(await bundles.current()).not.toBe(second);
});

test('fifty readers at once cost one bundle', async () => {
  const all = await Promise.all(Array.from({ length: 50 }, () => bundles.current()));
  expect(new Set(all).size).toBe(1);
  expect((await bundles.create()).sequence).toBe(2);
});

test('numbers only grow, across every way to make a bundle', async () => {
  const made = [
    await bundles.create(),
    await bundles.createBackDated(time - 5 * 86_400),
    await bundles.create(),
  ];
  expect(made.map(({ sequence }) => sequence)).toEqual([1, 2, 3]);
  expect(await bundles.current()).toBe(made[2]?.compact);
});

test('a verifier that holds a bundle refuses the one before it', async () => {
  const [older, newer] = [await bundles.create(), await bundles.create()];
  const held = await openTrustBundle(newer.compact, agent.anchor, time);
  const back = { compact: older.compact, anchor: agent.anchor, held, now: time };
  await expect(importTrustBundle(back)).rejects.toMatchObject({ code: 'bundle_rollback' });
});

test('a bundle that could not be made is not handed out again', async () => {
  await bundles.create();
  bundles.invalidate();
  await store.close();
  await expect(bundles.current()).rejects.toBeInstanceOf(Error);
  await expect(bundles.current()).rejects.toBeInstanceOf(Error);
});

describe('dating back', () => {
  test('dates the status lists back too, so that a desk sees how old they are', async () => {
    const issuedAt = time - 5 * 86_400;
    const { compact, expiresAt } = await bundles.createBackDated(issuedAt);
    const { document } = await openTrustBundle(compact, agent.anchor, time);
    expect(document.issued_at).toBe(issuedAt);
    expect(expiresAt).toBe(issuedAt + 14 * 86_400);
    for (const token of document.status_lists) {
      const payload = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString());
      expect(payload).toMatchObject({ iat: issuedAt, exp: issuedAt + 14 * 86_400, ttl: 3600 });
    }
  });

  test('is refused into the future, and by an authority that is not a demo', async () => {
    await expect(bundles.createBackDated(time + 1)).rejects.toMatchObject({
      code: 'bundle_time_in_future',
    });
    const real = await open(false);
    await expect(real.createBackDated(time - 1)).rejects.toMatchObject({
      code: 'bundle_back_dating_refused',
    });
    expect((await real.create()).sequence).toBe(1);
  });
});
