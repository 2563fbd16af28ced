import { parseStatusListToken } from '@symbolon/schemas';
import { decodeStatusList, statusAt, verifyStatusListToken } from '@symbolon/trust';
import { describe, expect, test } from 'vitest';
import { openStatusLists } from '../../../../issuer/status/open-status-lists.ts';
import type { StatusLists } from '../../../../issuer/status/status-lists.ts';
import type { StatusValue } from '../../../../issuer/store/issuance-store.ts';
import { addEnrolment, NOON, random, testParts } from '../support/issuer-parts.ts';

async function openLists(listSize = 131_072) {
  const parts = testParts();
  const open = () => openStatusLists({ ...parts, listSize });
  return { parts, open, lists: await open(), enrolmentId: await addEnrolment(parts.store) };
}

const payloadOf = (token: string) =>
  parseStatusListToken(JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()));

async function bytesOf(lists: StatusLists, listId = '1', now = NOON): Promise<Uint8Array> {
  const token = (await lists.getToken(listId, now)) ?? '';
  return (await decodeStatusList(payloadOf(token).status_list)).bytes;
}

const change = (lists: StatusLists, enrolmentId: string, value: StatusValue, indexes: number[]) =>
  lists.change({
    enrolmentId,
    changeId: Buffer.from(random(8)).toString('hex'),
    seal: () => random(40),
    companions: [],
    entries: indexes.map((index) => ({ listNumber: 1, index, value })),
  });

/** Entries whose value differs. */
function differences(before: Uint8Array, after: Uint8Array): number[] {
  return Array.from({ length: before.length * 4 }, (_, index) => index).filter(
    (index) => statusAt(before, 2, index) !== statusAt(after, 2, index),
  );
}

describe('status list tokens', () => {
  test('Token Status List 5.1: the token is signed, names its list, and lives 14 days', async () => {
    const { lists, parts } = await openLists();
    const token = (await lists.getToken('1', NOON)) ?? '';
    const verified = await verifyStatusListToken(token, {
      expectedUri: 'http://localhost:8080/status/1',
      key: parts.agent.status.publicJwk,
      now: NOON,
    });
    expect(verified).toMatchObject({
      bits: 2,
      issuedAt: NOON,
      expiresAt: NOON + 14 * 86_400,
      ttlSeconds: 3_600,
    });
    expect(verified.bytes).toHaveLength(131_072 / 4);
    const header = JSON.parse(Buffer.from(token.split('.')[0] ?? '', 'base64url').toString());
    expect(header).toMatchObject({ typ: 'statuslist+jwt', kid: parts.agent.status.kid });
  });

  test('is the same until half of its ttl, or a change, makes a new one', async () => {
    const { lists, enrolmentId } = await openLists();
    const first = await lists.getToken('1', NOON);
    expect(await lists.getToken('1', NOON + 1_799)).toBe(first);
    const second = (await lists.getToken('1', NOON + 1_800)) ?? '';
    expect(payloadOf(second).iat).toBe(NOON + 1_800);
    const [taken] = await lists.allocate(1);
    await change(lists, enrolmentId, 1, [taken?.index ?? 0]);
    const third = (await lists.getToken('1', NOON + 1_801)) ?? '';
    expect(payloadOf(third).iat).toBe(NOON + 1_801);
  });

  test('[attack 117] a token from a clock that ran ahead is replaced when it is set back', async () => {
    const { lists } = await openLists();
    await lists.getToken('1', NOON + 86_400);
    expect(payloadOf((await lists.getToken('1', NOON)) ?? '').iat).toBe(NOON);
  });

  test('50 parallel requests are one signature', async () => {
    const { parts } = await openLists();
    let signatures = 0;
    const { signer } = parts.agent.status;
    const counting = {
      ...signer,
      sign: (data: Uint8Array<ArrayBuffer>) => {
        signatures += 1;
        return signer.sign(data);
      },
    };
    const agent = { ...parts.agent, status: { ...parts.agent.status, signer: counting } };
    const lists = await openStatusLists({ ...parts, agent });
    const tokens = await Promise.all(Array.from({ length: 50 }, () => lists.getToken('1', NOON)));
    expect(new Set(tokens).size).toBe(1);
    expect(signatures).toBe(1);
  });

  test('a failed signature is not kept', async () => {
    const { parts } = await openLists();
    let fail = true;
    const { signer } = parts.agent.status;
    const failing = {
      ...signer,
      sign: (data: Uint8Array<ArrayBuffer>) =>
        fail ? Promise.reject(new Error('key store')) : signer.sign(data),
    };
    const agent = { ...parts.agent, status: { ...parts.agent.status, signer: failing } };
    const lists = await openStatusLists({ ...parts, agent });
    await expect(lists.getToken('1', NOON)).rejects.toThrow('key store');
    fail = false;
    await expect(lists.getToken('1', NOON)).resolves.toMatch(/^ey/);
  });

  test('[attack 115] a list that is not has no token', async () => {
    const { lists } = await openLists();
    for (const listId of [
      '0',
      '2',
      '01',
      '1e0',
      '-1',
      '',
      ' 1',
      '1 ',
      '__proto__',
      '9'.repeat(400),
    ]) {
      expect(await lists.getToken(listId, NOON)).toBeUndefined();
    }
  });

  test('tokens for a bundle are signed for its time, also one in the past', async () => {
    const { lists } = await openLists();
    const [token = ''] = await lists.createTokens(NOON - 5 * 86_400);
    expect(payloadOf(token)).toMatchObject({
      iat: NOON - 5 * 86_400,
      exp: NOON + 9 * 86_400,
    });
    expect(lists.getUris()).toEqual(['http://localhost:8080/status/1']);
  });
});

describe('changes of status', () => {
  test('[threat 23] revoking one flips its entry, a few decoys, and nobody’s', async () => {
    const { lists, enrolmentId } = await openLists();
    const taken = (await lists.allocate(2_000)).map(({ index }) => index);
    const [mine = 0, ...others] = taken;
    const before = await bytesOf(lists);
    expect(await change(lists, enrolmentId, 1, [mine])).toEqual([
      { listNumber: 1, index: mine, value: 1 },
    ]);
    const flipped = differences(before, await bytesOf(lists));
    expect(flipped).toContain(mine);
    expect(flipped.length).toBeLessThanOrEqual(8);
    expect(flipped.filter((index) => others.includes(index))).toEqual([]);
    expect(lists.getStatus(1, mine)).toBe(1);
  });

  test('[threat 12] how many entries change with one card is not always the same', async () => {
    const { lists, enrolmentId } = await openLists();
    const taken = (await lists.allocate(40)).map(({ index }) => index);
    const sizes = new Set<number>();
    let before = await bytesOf(lists);
    for (const index of taken) {
      await change(lists, enrolmentId, 2, [index]);
      const after = await bytesOf(lists);
      sizes.add(differences(before, after).length);
      before = after;
    }
    expect(sizes.size).toBeGreaterThan(3);
  });

  test('decoys of a change are never given to anybody', async () => {
    const { lists, enrolmentId } = await openLists(4_096);
    const before = await bytesOf(lists);
    const taken = (await lists.allocate(50)).map(({ index }) => index);
    for (const index of taken) await change(lists, enrolmentId, 1, [index]);
    const changed = differences(before, await bytesOf(lists));
    const decoys = changed.filter((index) => !taken.includes(index));
    expect(decoys.length).toBeGreaterThan(20);
    const later = (await lists.allocate(3_000)).filter(({ uri }) => uri.endsWith('/1'));
    expect(later.filter(({ index }) => decoys.includes(index))).toEqual([]);
  });

  test('reinstating gives the entry back, and revoked ones stay', async () => {
    const { lists, enrolmentId } = await openLists();
    const [one = 0, two = 0] = (await lists.allocate(2)).map(({ index }) => index);
    await change(lists, enrolmentId, 2, [one]);
    await change(lists, enrolmentId, 1, [two]);
    const reinstated = await change(lists, enrolmentId, 0, [one, two]);
    expect(reinstated).toEqual([{ listNumber: 1, index: one, value: 0 }]);
    expect([lists.getStatus(1, one), lists.getStatus(1, two)]).toEqual([0, 1]);
  });

  test('opened again, the lists are what they were', async () => {
    const { lists, open, enrolmentId } = await openLists();
    const taken = (await lists.allocate(10)).map(({ index }) => index);
    await change(lists, enrolmentId, 1, taken.slice(0, 5));
    await change(lists, enrolmentId, 2, taken.slice(5));
    const again = await open();
    expect(differences(await bytesOf(lists), await bytesOf(again))).toEqual([]);
    expect(taken.map((index) => again.getStatus(1, index))).toEqual([1, 1, 1, 1, 1, 2, 2, 2, 2, 2]);
  });

  test('a store that fails changes nothing that is published', async () => {
    const { parts, enrolmentId } = await openLists();
    const store = { ...parts.store, changeStatus: () => Promise.reject(new Error('disk')) };
    const lists = await openStatusLists({ ...parts, store });
    const [index = 0] = (await lists.allocate(1)).map((each) => each.index);
    const before = await bytesOf(lists);
    await expect(change(lists, enrolmentId, 1, [index])).rejects.toThrow('disk');
    expect(differences(before, await bytesOf(lists))).toEqual([]);
  });

  test('a list that fills up is followed by another, which is published too', async () => {
    const { lists } = await openLists(4_096);
    const uris = new Set((await lists.allocate(5_000)).map(({ uri }) => uri));
    expect(uris).toEqual(
      new Set(['http://localhost:8080/status/1', 'http://localhost:8080/status/2']),
    );
    expect(lists.getUris()).toHaveLength(2);
    expect(await lists.getToken('2', NOON)).toBeDefined();
    expect(await lists.createTokens(NOON)).toHaveLength(2);
  });

  test('a list has a million entries, more than the 100,000 that hide a holder', async () => {
    const { parts } = await openLists();
    const other = testParts();
    const lists = await openStatusLists({ ...parts, store: other.store });
    expect(await bytesOf(lists)).toHaveLength(2 ** 20 / 4);
  });
});
