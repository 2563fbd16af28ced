import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import {
  createExpiringSecret,
  type ExpiringKey,
  expiringKey,
  ownExpiringKey,
} from '../../../../issuer/store/expiring-key.ts';
import type {
  IssuanceStore,
  NewIssuance,
  NewOffer,
  StatusValue,
} from '../../../../issuer/store/issuance-store.ts';
import { openSqliteStore } from '../../../../issuer/store/sqlite-store.ts';
import { addEnrolment, NOON, random, temporaryFolder } from '../support/issuer-parts.ts';

/** The contract's tests run over every implementation of it. */
const IMPLEMENTATIONS = [
  ['SQLite', (now: () => number) => openSqliteStore(join(temporaryFolder(), 'issuer.db'), { now })],
] as const;

const FIFTY = Array.from({ length: 50 }, (_, number) => number);
const RIGHT = new Uint8Array(32).fill(1);
const WRONG = new Uint8Array(32).fill(2);

const newKey = (expiresAt = NOON + 600): ExpiringKey =>
  ownExpiringKey(createExpiringSecret(expiresAt, random));

const hex = (sizeBytes: number): string => Buffer.from(random(sizeBytes)).toString('hex');

describe.each(IMPLEMENTATIONS)('store contract over %s', (_name, openStore) => {
  const open = (now = () => NOON): IssuanceStore => {
    const store = openStore(now);
    onTestFinished(() => store.close());
    return store;
  };

  async function withOffer(more: Partial<NewOffer> = {}) {
    const store = open();
    const enrolmentId = await addEnrolment(store);
    const offer = {
      offerKey: newKey(),
      enrolmentId,
      configurationIds: ['identity-card_dc+sd-jwt', 'identity-card_vc+sd-jwt'],
      txCodeHmac: RIGHT,
      ...more,
    };
    expect(await store.addOffer(offer)).toBe('added');
    const redeem = (txCodeHmac: Uint8Array<ArrayBuffer>, now = NOON) =>
      store.redeemOffer({
        offerKey: offer.offerKey,
        txCodeHmac,
        token: { tokenKey: newKey(), dpopJkt: undefined, credentialsPerConfiguration: 15 },
        now,
      });
    return { store, enrolmentId, offer, redeem };
  }

  async function withToken() {
    const { store, enrolmentId, offer } = await withOffer();
    const tokenKey = newKey();
    const token = { tokenKey, dpopJkt: 'thumbprint', credentialsPerConfiguration: 15 };
    const { offerKey } = offer;
    await store.redeemOffer({ offerKey, txCodeHmac: RIGHT, token, now: NOON });
    const issuance = (more: Partial<NewIssuance> = {}): NewIssuance => ({
      enrolmentId,
      issuanceId: hex(8),
      credentialCount: 1,
      sealedCredentials: random(80),
      tokenKey,
      nonceKeys: [newKey(NOON + 300)],
      ...more,
    });
    return { store, enrolmentId, tokenKey, issuance };
  }

  describe('enrolments', () => {
    test('one person has one enrolment: of 50 parallel ones, one is added', async () => {
      const store = open();
      const personHmac = random(32);
      const outcomes = await Promise.all(
        FIFTY.map(() =>
          store.addEnrolment({
            enrolmentId: hex(16),
            personHmac,
            wrappedKey: random(60),
            sealedPerson: random(100),
          }),
        ),
      );
      expect(outcomes.filter((outcome) => outcome === 'added')).toHaveLength(1);
      expect(outcomes.filter((outcome) => outcome === 'person_has_enrolment')).toHaveLength(49);
    });

    test('what was sealed comes back byte for byte', async () => {
      const store = open();
      const enrolment = {
        enrolmentId: hex(16),
        wrappedKey: random(60),
        sealedPerson: random(5_000),
      };
      await store.addEnrolment({ ...enrolment, personHmac: random(32) });
      const stored = await store.getEnrolment(enrolment.enrolmentId);
      expect(stored).toEqual({ ...enrolment, state: 'living' });
    });

    test('revoked is final and lets the person enrol again', async () => {
      const store = open();
      const enrolment = { wrappedKey: random(60), sealedPerson: random(9), personHmac: random(32) };
      const [first, second] = [hex(16), hex(16)];
      await store.addEnrolment({ ...enrolment, enrolmentId: first });
      expect(await store.setEnrolmentState(first, 'suspended')).toBe('set');
      expect(await store.setEnrolmentState(first, 'living')).toBe('set');
      expect(await store.addEnrolment({ ...enrolment, enrolmentId: second })).toBe(
        'person_has_enrolment',
      );
      expect(await store.setEnrolmentState(first, 'revoked')).toBe('set');
      expect(await store.setEnrolmentState(first, 'living')).toBe('revoked');
      expect(await store.setEnrolmentState(first, 'suspended')).toBe('revoked');
      expect((await store.getEnrolment(first))?.state).toBe('revoked');
      expect(await store.addEnrolment({ ...enrolment, enrolmentId: second })).toBe('added');
    });

    test('erasure takes the key, the person and the issuances, and is remembered', async () => {
      const { store, enrolmentId, issuance } = await withToken();
      expect(await store.recordIssuance(issuance(), NOON)).toBe('recorded');
      await store.eraseEnrolment(enrolmentId, NOON);
      expect(await store.getEnrolment(enrolmentId)).toBeUndefined();
      expect(await store.getIssuances(enrolmentId)).toEqual([]);
      expect(await store.getErasure(enrolmentId)).toBe(NOON);
      expect(await store.recordIssuance(issuance(), NOON)).toBe('enrolment_not_living');
    });

    test('erasing twice changes nothing, and nothing is no failure', async () => {
      const store = open();
      const enrolmentId = await addEnrolment(store);
      await store.eraseEnrolment(enrolmentId, NOON);
      await store.eraseEnrolment(enrolmentId, NOON + 9);
      expect(await store.getErasure(enrolmentId)).toBe(NOON);
      const unknown = hex(16);
      await store.eraseEnrolment(unknown, NOON);
      expect(await store.getErasure(unknown)).toBeUndefined();
    });

    test('an enrolment that does not exist is absent everywhere', async () => {
      const store = open();
      const unknown = hex(16);
      expect(await store.getEnrolment(unknown)).toBeUndefined();
      expect(await store.setEnrolmentState(unknown, 'revoked')).toBe('unknown');
      expect(await store.getIssuances(unknown)).toEqual([]);
      const offer = { offerKey: newKey(), configurationIds: ['a'], txCodeHmac: RIGHT };
      expect(await store.addOffer({ ...offer, enrolmentId: unknown })).toBe('enrolment_not_living');
    });
  });

  describe('offers', () => {
    test('[threat 22] 50 parallel right redemptions of one code give exactly one token', async () => {
      const { store, offer } = await withOffer();
      const tokenKeys = FIFTY.map(() => newKey());
      const outcomes = await Promise.all(
        tokenKeys.map((tokenKey) =>
          store.redeemOffer({
            offerKey: offer.offerKey,
            txCodeHmac: RIGHT,
            token: { tokenKey, dpopJkt: undefined, credentialsPerConfiguration: 1 },
            now: NOON,
          }),
        ),
      );
      expect(outcomes.filter(({ outcome }) => outcome === 'redeemed')).toHaveLength(1);
      expect(outcomes.filter(({ outcome }) => outcome === 'unknown')).toHaveLength(49);
      const grants = await Promise.all(tokenKeys.map((key) => store.getAccessGrant(key, NOON)));
      expect(grants.filter((grant) => grant !== undefined)).toHaveLength(1);
    });

    test('[attack 49] 50 parallel wrong transaction codes are five comparisons, then it is burned', async () => {
      const { redeem } = await withOffer();
      const outcomes = await Promise.all(FIFTY.map(() => redeem(WRONG)));
      const compared = outcomes.filter(({ outcome }) => outcome === 'tx_code_wrong');
      expect(compared.map((each) => 'attemptsLeft' in each && each.attemptsLeft)).toEqual([
        4, 3, 2, 1, 0,
      ]);
      expect(outcomes.filter(({ outcome }) => outcome === 'unknown')).toHaveLength(45);
      expect(await redeem(RIGHT)).toEqual({ outcome: 'unknown' });
    });

    test('[attack 49] attempts on one offer do not count for another', async () => {
      const { store, redeem, enrolmentId } = await withOffer();
      await Promise.all(FIFTY.map(() => redeem(WRONG)));
      const other = { offerKey: newKey(), enrolmentId, configurationIds: ['a'], txCodeHmac: RIGHT };
      await store.addOffer(other);
      const token = { tokenKey: newKey(), dpopJkt: undefined, credentialsPerConfiguration: 1 };
      const { offerKey } = other;
      const result = await store.redeemOffer({ offerKey, txCodeHmac: RIGHT, token, now: NOON });
      expect(result.outcome).toBe('redeemed');
    });

    test('after four wrong attempts the right one still redeems, and says for whom', async () => {
      const { redeem, enrolmentId, offer } = await withOffer();
      for (const _ of [1, 2, 3, 4]) await redeem(WRONG);
      expect(await redeem(RIGHT)).toEqual({
        outcome: 'redeemed',
        entitlement: { enrolmentId, configurationIds: offer.configurationIds },
      });
      expect(await redeem(RIGHT)).toEqual({ outcome: 'unknown' });
    });

    test('an offer ends with the second of its expiry', async () => {
      const { redeem } = await withOffer();
      expect(await redeem(RIGHT, NOON + 600)).toEqual({ outcome: 'unknown' });
      expect(await redeem(RIGHT, NOON + 599)).toMatchObject({ outcome: 'redeemed' });
    });

    test('[attack 51] 10,000 random codes find nothing, though an offer is there', async () => {
      const { store, redeem } = await withOffer();
      const token = { tokenKey: newKey(), dpopJkt: undefined, credentialsPerConfiguration: 1 };
      const outcomes = await Promise.all(
        Array.from({ length: 10_000 }, () =>
          store.redeemOffer({ offerKey: newKey(), txCodeHmac: RIGHT, token, now: NOON }),
        ),
      );
      expect(outcomes.every(({ outcome }) => outcome === 'unknown')).toBe(true);
      expect(await redeem(RIGHT)).toMatchObject({ outcome: 'redeemed' });
    });

    for (const state of ['suspended', 'revoked'] as const) {
      test(`a ${state} enrolment gets no offer, and redeems none`, async () => {
        const { store, enrolmentId, redeem } = await withOffer();
        await store.setEnrolmentState(enrolmentId, state);
        expect(await redeem(RIGHT)).toEqual({ outcome: 'unknown' });
        const offer = { offerKey: newKey(), configurationIds: ['a'], txCodeHmac: RIGHT };
        expect(await store.addOffer({ ...offer, enrolmentId })).toBe('enrolment_not_living');
      });
    }

    test('an offer by reference is there until it expires', async () => {
      const byReference = { referenceKey: newKey(), sealedOffer: random(700) };
      const { store } = await withOffer({ byReference });
      const { referenceKey, sealedOffer } = byReference;
      expect(await store.getOfferByReference(referenceKey, NOON)).toEqual(sealedOffer);
      expect(await store.getOfferByReference(referenceKey, NOON + 600)).toBeUndefined();
      expect(await store.getOfferByReference(newKey(), NOON)).toBeUndefined();
    });
  });

  describe('access tokens and issuances', () => {
    test('a token is good for its configurations, its key and its time', async () => {
      const { store, tokenKey, enrolmentId } = await withToken();
      expect(await store.getAccessGrant(tokenKey, NOON)).toEqual({
        enrolmentId,
        configurationIds: ['identity-card_dc+sd-jwt', 'identity-card_vc+sd-jwt'],
        expiresAt: NOON + 600,
        dpopJkt: 'thumbprint',
        credentialsLeft: 30,
      });
      expect(await store.getAccessGrant(tokenKey, NOON + 600)).toBeUndefined();
      const prolonged = new Uint8Array(tokenKey);
      new DataView(prolonged.buffer).setUint32(0, NOON + 6_000);
      expect(await store.getAccessGrant(prolonged, NOON)).toBeUndefined();
    });

    test('an issuance is recorded with everything that it spends', async () => {
      const { store, enrolmentId, tokenKey, issuance } = await withToken();
      const first = issuance({ credentialCount: 10 });
      expect(await store.recordIssuance(first, NOON)).toBe('recorded');
      const { issuanceId, credentialCount, sealedCredentials } = first;
      expect(await store.getIssuances(enrolmentId)).toEqual([
        { enrolmentId, issuanceId, credentialCount, sealedCredentials },
      ]);
      expect((await store.getAccessGrant(tokenKey, NOON))?.credentialsLeft).toBe(20);
    });

    test('[attack 61] of 50 parallel issuances with one c_nonce, one is recorded', async () => {
      const { store, enrolmentId, issuance } = await withToken();
      const nonceKeys = [newKey(NOON + 300)];
      const outcomes = await Promise.all(
        FIFTY.map(() => store.recordIssuance(issuance({ nonceKeys }), NOON)),
      );
      expect(outcomes.filter((outcome) => outcome === 'recorded')).toHaveLength(1);
      expect(outcomes.filter((outcome) => outcome === 'nonce_used')).toHaveLength(49);
      expect(await store.getIssuances(enrolmentId)).toHaveLength(1);
    });

    test('a token for 30 credentials gives 30 of 50 parallel ones', async () => {
      const { store, enrolmentId, issuance } = await withToken();
      const outcomes = await Promise.all(FIFTY.map(() => store.recordIssuance(issuance(), NOON)));
      expect(outcomes.filter((outcome) => outcome === 'recorded')).toHaveLength(30);
      expect(outcomes.filter((outcome) => outcome === 'token_spent')).toHaveLength(20);
      expect(await store.getIssuances(enrolmentId)).toHaveLength(30);
    });

    test('what is refused changes nothing: not the nonce, not the token, no row', async () => {
      const { store, enrolmentId, tokenKey, issuance } = await withToken();
      const nonceKeys = [newKey(NOON + 300)];
      const spent = newKey(NOON + 300);
      await store.spendNonce(spent);
      const other = await addEnrolment(store);
      const refused = [
        ['token_unknown', issuance({ nonceKeys, tokenKey: newKey() }), NOON],
        ['token_unknown', issuance({ nonceKeys }), NOON + 600],
        ['token_unknown', issuance({ nonceKeys, enrolmentId: other }), NOON],
        ['token_spent', issuance({ nonceKeys, credentialCount: 31 }), NOON],
        ['nonce_used', issuance({ nonceKeys: [...nonceKeys, spent] }), NOON],
      ] as const;
      for (const [outcome, asked, now] of refused) {
        expect(await store.recordIssuance(asked, now)).toBe(outcome);
      }
      await store.setEnrolmentState(enrolmentId, 'suspended');
      expect(await store.recordIssuance(issuance({ nonceKeys }), NOON)).toBe(
        'enrolment_not_living',
      );
      await store.setEnrolmentState(enrolmentId, 'living');
      expect(await store.getIssuances(enrolmentId)).toEqual([]);
      expect((await store.getAccessGrant(tokenKey, NOON))?.credentialsLeft).toBe(30);
      expect(await store.recordIssuance(issuance({ nonceKeys }), NOON)).toBe('recorded');
    });

    test('a nonce is spent once, by one of 50', async () => {
      const store = open();
      const nonceKey = expiringKey(NOON + 60, 'jti');
      const spent = await Promise.all(FIFTY.map(() => store.spendNonce(nonceKey)));
      expect(spent.filter(Boolean)).toHaveLength(1);
    });

    test('[attack 117] after the clock jumps a day and back, a spent nonce stays spent', async () => {
      let now = NOON;
      const store = open(() => now);
      const nonceKey = expiringKey(NOON + 300, 'once');
      expect(await store.spendNonce(nonceKey)).toBe(true);
      now = NOON + 86_400;
      for (const each of ['a', 'b']) await store.spendNonce(expiringKey(now + 300, each));
      now = NOON + 1;
      expect(await store.spendNonce(nonceKey)).toBe(false);
      expect(await store.spendNonce(expiringKey(NOON + 301, 'another'))).toBe(true);
    });
  });

  describe('status lists', () => {
    const withList = async (size = 4_096, nextCounter = 0): Promise<IssuanceStore> => {
      const store = open();
      await store.addStatusList({ listNumber: 1, size, nextCounter }, []);
      return store;
    };

    const change = (store: IssuanceStore, value: StatusValue, ...indexes: number[]) =>
      store.changeStatus({
        enrolmentId: hex(16),
        changeId: hex(8),
        sealedChange: random(50),
        entries: indexes.map((index) => ({ listNumber: 1, index, value })),
      });

    test('[threat 23] counters reserved by 50 in parallel never overlap, and end at the size', async () => {
      const store = await withList(4_096, 96);
      const blocks = await Promise.all(FIFTY.map(() => store.reserveStatusCounters(1, 100)));
      const counters = blocks.flatMap(({ first, count }) =>
        Array.from({ length: count }, (_, step) => first + step),
      );
      expect(new Set(counters).size).toBe(counters.length);
      expect([Math.min(...counters), Math.max(...counters), counters.length]).toEqual([
        96, 4_095, 4_000,
      ]);
      expect(await store.reserveStatusCounters(1, 100)).toEqual({ first: 4_096, count: 0 });
    });

    test('a list is added once, with its decoys', async () => {
      const store = open();
      const decoys = [{ listNumber: 1, index: 7, value: 1 }] as const;
      const list = { listNumber: 1, size: 4_096, nextCounter: 1 };
      const outcomes = await Promise.all(FIFTY.map(() => store.addStatusList(list, decoys)));
      expect(outcomes.filter((outcome) => outcome === 'added')).toHaveLength(1);
      expect(await store.getStatusLists()).toEqual([list]);
      expect(await store.getStatusEntries(1)).toEqual(decoys);
    });

    test('[threat 23] revoking one changes one entry', async () => {
      const store = await withList();
      expect(await change(store, 1, 12)).toEqual([{ listNumber: 1, index: 12, value: 1 }]);
      expect(await store.getStatusEntries(1)).toEqual([{ listNumber: 1, index: 12, value: 1 }]);
    });

    test('suspended can be reinstated or revoked; revoked is final', async () => {
      const store = await withList();
      const changed = async (value: StatusValue, ...indexes: number[]) =>
        (await change(store, value, ...indexes)).map(({ index }) => index);
      expect(await changed(2, 5, 6)).toEqual([5, 6]);
      expect(await changed(2, 5)).toEqual([]);
      expect(await changed(0, 5, 8)).toEqual([5]);
      expect(await changed(1, 6, 8)).toEqual([6, 8]);
      expect(await changed(1, 6)).toEqual([]);
      expect(await changed(2, 6, 8)).toEqual([]);
      expect(await changed(0, 6, 8)).toEqual([]);
      expect(await store.getStatusEntries(1)).toEqual([
        { listNumber: 1, index: 6, value: 1 },
        { listNumber: 1, index: 8, value: 1 },
      ]);
    });

    test('the sealed reason of each change is kept with its enrolment', async () => {
      const store = await withList();
      const enrolmentId = await addEnrolment(store);
      const sealedChange = random(50);
      await store.changeStatus({ enrolmentId, changeId: 'aa', sealedChange, entries: [] });
      expect(await store.getStatusChanges(enrolmentId)).toEqual(new Map([['aa', sealedChange]]));
      await store.eraseEnrolment(enrolmentId, NOON);
      expect(await store.getStatusChanges(enrolmentId)).toEqual(new Map());
    });
  });

  describe('relying parties and series', () => {
    test('a relying party is added once and revoked once', async () => {
      const store = open();
      const relyingParty = { relyingPartyId: 'rp-1', document: '{"name":"Hotel"}' };
      expect(await store.addRelyingParty(relyingParty)).toBe('added');
      expect(await store.addRelyingParty(relyingParty)).toBe('exists');
      expect(await store.revokeRelyingParty('rp-2', NOON)).toBe('unknown');
      expect(await store.revokeRelyingParty('rp-1', NOON)).toBe('revoked');
      expect(await store.revokeRelyingParty('rp-1', NOON + 5)).toBe('revoked');
      expect(await store.getRelyingParties()).toEqual([{ ...relyingParty, revokedAt: NOON }]);
    });

    test('50 parallel calls get the numbers from 1 to 50', async () => {
      const store = open();
      const numbers = await Promise.all(FIFTY.map(() => store.nextSequence('trust_bundle')));
      expect(numbers.toSorted((a, b) => a - b)).toEqual(FIFTY.map((number) => number + 1));
    });
  });

  describe('hostile input', () => {
    const HOSTILE = [
      "' OR 1=1 --",
      "x'; DROP TABLE enrolment; --",
      'a\u0000b',
      '%',
      '*',
      '9'.repeat(400),
      '1e999',
      '\ud800',
      '__proto__',
      '',
    ];

    test('[attack 115] no id does more than not to be found', async () => {
      const store = open();
      const enrolmentId = await addEnrolment(store);
      for (const id of HOSTILE) {
        expect(await store.getEnrolment(id)).toBeUndefined();
        expect(await store.getIssuances(id)).toEqual([]);
        expect(await store.getStatusChanges(id)).toEqual(new Map());
        expect(await store.getErasure(id)).toBeUndefined();
        expect(await store.setEnrolmentState(id, 'revoked')).toBe('unknown');
        expect(await store.revokeRelyingParty(id, NOON)).toBe('unknown');
        await store.eraseEnrolment(id, NOON);
      }
      expect((await store.getEnrolment(enrolmentId))?.state).toBe('living');
    });

    test('a write that fails is undone alone: its neighbours in the transaction succeed', async () => {
      const store = open();
      const enrolmentId = await addEnrolment(store);
      const personHmac = random(32);
      const sealed = { wrappedKey: random(60), sealedPerson: random(10) };
      const writes = [
        store.spendNonce(expiringKey(NOON + 9, 'before')),
        // The id is taken: a fault of ours, found after the person was added.
        store.addEnrolment({ ...sealed, enrolmentId, personHmac }),
        store.spendNonce(expiringKey(NOON + 9, 'after')),
      ];
      const results = await Promise.allSettled(writes);
      expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
      const second = { ...sealed, enrolmentId: hex(16), personHmac };
      expect(await store.addEnrolment(second)).toBe('added');
    });
  });
});
