import { parseEnrolmentRecord } from '@symbolon/schemas/enrolment-record';
import { describe, expect, test } from 'vitest';
import { changeStatus, eraseEnrolment } from '../../../../issuer/issuance/change-status.ts';
import { openLivingEnrolment } from '../../../../issuer/issuance/claims-for-credential.ts';
import { createOffer } from '../../../../issuer/issuance/create-offer.ts';
import { enrol } from '../../../../issuer/issuance/enrol.ts';
import { redeemPreAuthorizedCode } from '../../../../issuer/issuance/redeem-code.ts';
import { demoPeople } from '../../../../issuer/register/demo-people.ts';
import { openStatusLists } from '../../../../issuer/status/open-status-lists.ts';
import { expiringKey, ownExpiringKey } from '../../../../issuer/store/expiring-key.ts';
import { sealIssuance } from '../../../../issuer/store/sealed-issuance.ts';
import { NOON, random, testParts } from '../support/issuer-parts.ts';

const CONFIGURATION = 'identity-card_dc+sd-jwt';
const people = demoPeople();

async function withCards(person = 0, count = 3) {
  const parts = testParts();
  const statusLists = await openStatusLists({ ...parts, listSize: 131_072 });
  const issuer = { ...parts, statusLists };
  const record = parseEnrolmentRecord({
    ...people[person]?.record,
    vouching: { method: 'seen_in_person', date: '2026-11-24' },
  });
  const { enrolmentId } = await enrol(issuer, { record, operator: 'op-7' });
  const issue = async () => {
    const configurationIds = [CONFIGURATION];
    const request = { enrolmentId, configurationIds, byReference: false };
    const { offerUri, txCode } = await createOffer(issuer, request);
    const code = /"pre-authorized_code":"([^"]+)"/.exec(decodeURIComponent(offerUri))?.[1] ?? '';
    const redemption = { code, txCode, dpopJkt: undefined, now: NOON };
    const { accessToken } = await redeemPreAuthorizedCode(issuer, redemption);
    const opened = await openLivingEnrolment(issuer, enrolmentId);
    const indexes = await statusLists.allocate(count);
    const credentials = indexes.map(({ listNumber, index }) => ({
      configurationId: CONFIGURATION,
      listNumber,
      index,
    }));
    const sealed = sealIssuance(opened, credentials, random);
    const tokenKey = ownExpiringKey(accessToken);
    const nonceKeys = [expiringKey(NOON + 300, random(16))];
    const outcome = await parts.store.recordIssuance({ ...sealed, tokenKey, nonceKeys }, NOON);
    return { outcome, issuanceId: sealed.issuanceId, indexes };
  };
  const issued = await issue();
  const statuses = () => issued.indexes.map((each) => statusLists.getStatus(1, each.index));
  const credentialId = (number: number) => `${enrolmentId}.${issued.issuanceId}.${number}`;
  return { issuer, enrolmentId, issue, issued, statuses, credentialId };
}

describe('changeStatus of an enrolment', () => {
  test('revokes every credential at once, is final, and lets the person enrol anew', async () => {
    const { issuer, enrolmentId, statuses, issue } = await withCards();
    const revoke = { id: enrolmentId, change: 'revoke', reason: 'device lost' } as const;
    expect(await changeStatus(issuer, revoke)).toEqual({ changed: 3 });
    expect(statuses()).toEqual([1, 1, 1]);
    for (const change of ['suspend', 'reinstate'] as const) {
      await expect(changeStatus(issuer, { ...revoke, change })).rejects.toMatchObject({
        name: 'StatusChangeError',
        code: 'already_revoked',
      });
    }
    expect(statuses()).toEqual([1, 1, 1]);
    await expect(issue()).rejects.toMatchObject({ code: 'enrolment_not_living' });
  });

  test('revoking again finishes what was interrupted, and otherwise changes nothing', async () => {
    const { issuer, enrolmentId, statuses } = await withCards();
    // The state was set, and then the process ended.
    await issuer.store.setEnrolmentState(enrolmentId, 'revoked');
    const revoke = { id: enrolmentId, change: 'revoke', reason: 'again' } as const;
    expect(await changeStatus(issuer, revoke)).toEqual({ changed: 3 });
    expect(await changeStatus(issuer, revoke)).toEqual({ changed: 0 });
    expect(statuses()).toEqual([1, 1, 1]);
  });

  test('suspends and reinstates; nothing is issued meanwhile', async () => {
    const { issuer, enrolmentId, statuses, issue } = await withCards();
    const reason = 'under investigation';
    await changeStatus(issuer, { id: enrolmentId, change: 'suspend', reason });
    expect(statuses()).toEqual([2, 2, 2]);
    await expect(issue()).rejects.toMatchObject({ code: 'enrolment_not_living' });
    const reinstate = { id: enrolmentId, change: 'reinstate', reason } as const;
    expect(await changeStatus(issuer, reinstate)).toEqual({ changed: 3 });
    expect(statuses()).toEqual([0, 0, 0]);
    expect((await issue()).outcome).toBe('recorded');
  });

  test('50 parallel revocations change each credential once', async () => {
    const { issuer, enrolmentId, statuses } = await withCards();
    const results = await Promise.all(
      Array.from({ length: 50 }, () =>
        changeStatus(issuer, { id: enrolmentId, change: 'revoke', reason: 'lost' }),
      ),
    );
    expect(results.reduce((sum, { changed }) => sum + changed, 0)).toBe(3);
    expect(statuses()).toEqual([1, 1, 1]);
  });

  test('an issuance that races with the revocation is either refused or revoked', async () => {
    const { issuer, enrolmentId, issue } = await withCards();
    const racing = Array.from({ length: 10 }, () =>
      issue().catch(() => ({ outcome: 'refused', indexes: [] })),
    );
    await changeStatus(issuer, { id: enrolmentId, change: 'revoke', reason: 'lost' });
    for (const { outcome, indexes } of await Promise.all(racing)) {
      if (outcome !== 'recorded') continue;
      for (const { index } of indexes) expect(issuer.statusLists.getStatus(1, index)).toBe(1);
    }
  });
});

describe('the decoys of a change', () => {
  /** Every entry of the list. */
  const valuesOf = ({ statusLists }: Awaited<ReturnType<typeof withCards>>['issuer']): number[] =>
    Array.from({ length: 131_072 }, (_, index) => statusLists.getStatus(1, index));

  test('[threat 12] a change that changes nothing flips none', async () => {
    const { issuer, enrolmentId } = await withCards();
    for (const change of ['reinstate', 'suspend', 'suspend', 'revoke', 'revoke'] as const) {
      let before = valuesOf(issuer);
      const asked = { id: enrolmentId, change, reason: 'lost' } as const;
      for (let again = 0; again < 5; again += 1) {
        const { changed } = await changeStatus(issuer, asked);
        if (changed === 0) expect(valuesOf(issuer)).toEqual(before);
        before = valuesOf(issuer);
      }
    }
  });

  for (const last of ['reinstate', 'revoke'] as const) {
    test(`[threat 12] suspended with a card, they ${last} with it`, async () => {
      const { issuer, credentialId } = await withCards(0, 20);
      let seen = 0;
      for (let card = 1; card <= 10; card += 1) {
        const id = credentialId(card);
        const first = valuesOf(issuer);
        await changeStatus(issuer, { id, change: 'suspend', reason: 'lost' });
        const second = valuesOf(issuer);
        expect(await changeStatus(issuer, { id, change: last, reason: 'x' })).toEqual({
          changed: 1,
        });
        const third = valuesOf(issuer);
        const moved = first.flatMap((value, at) => (value === second[at] ? [] : [at]));
        const movedLast = second.flatMap((value, at) => (value === third[at] ? [] : [at]));
        expect(movedLast).toEqual(moved);
        seen += moved.length - 1;
      }
      expect(seen).toBeGreaterThan(5);
    });
  }
});

describe('changeStatus of a credential', () => {
  test('changes that one and no other', async () => {
    const { issuer, credentialId, statuses, issue } = await withCards();
    const revoke = { id: credentialId(2), change: 'revoke', reason: 'lost' } as const;
    expect(await changeStatus(issuer, revoke)).toEqual({ changed: 1 });
    expect(statuses()).toEqual([0, 1, 0]);
    await expect(changeStatus(issuer, { ...revoke, change: 'reinstate' })).rejects.toMatchObject({
      code: 'already_revoked',
    });
    expect((await issue()).outcome).toBe('recorded');
  });

  test('reinstating the enrolment leaves a revoked credential revoked', async () => {
    const { issuer, enrolmentId, credentialId, statuses } = await withCards();
    await changeStatus(issuer, { id: credentialId(1), change: 'revoke', reason: 'a' });
    await changeStatus(issuer, { id: enrolmentId, change: 'suspend', reason: 'b' });
    await changeStatus(issuer, { id: enrolmentId, change: 'reinstate', reason: 'c' });
    expect(statuses()).toEqual([1, 0, 0]);
  });
});

describe('changeStatus refuses', () => {
  for (const [state, code] of [
    ['suspended', 'enrolment_suspended'],
    ['revoked', 'already_revoked'],
  ] as const) {
    test(`to reinstate one credential while its enrolment is ${state}`, async () => {
      const { issuer, enrolmentId, credentialId, statuses } = await withCards();
      const suspend = { id: enrolmentId, change: 'suspend', reason: 'lost' } as const;
      await changeStatus(issuer, suspend);
      // A revocation that was interrupted before the entries changed.
      await issuer.store.setEnrolmentState(enrolmentId, state);
      const reinstate = { id: credentialId(1), change: 'reinstate', reason: 'found' } as const;
      await expect(changeStatus(issuer, reinstate)).rejects.toMatchObject({ code });
      expect(statuses()).toEqual([2, 2, 2]);
    });
  }

  test('[attack 115] [attack 99] an id that names nothing of this store', async () => {
    const { issuer, enrolmentId, credentialId, statuses } = await withCards();
    const ids = [
      '',
      '0'.repeat(32),
      enrolmentId.toUpperCase(),
      `${enrolmentId} `,
      `${enrolmentId}.`,
      credentialId(0),
      credentialId(4),
      credentialId(99_999),
      `${'0'.repeat(32)}${credentialId(1).slice(32)}`,
      `${enrolmentId}.0000000000000000.1`,
      "' OR 1=1 --",
      `${enrolmentId}\u0000`,
      '__proto__',
      '9'.repeat(100_000),
    ];
    for (const id of ids) {
      await expect(
        changeStatus(issuer, { id, change: 'revoke', reason: 'lost' }),
      ).rejects.toMatchObject({ code: 'subject_unknown' });
    }
    expect(statuses()).toEqual([0, 0, 0]);
  });

  for (const reason of ['', 'a'.repeat(501), 'a\nb', 'a\u001b[31m', '\u202e', '\ud800']) {
    test(`the reason ${JSON.stringify(reason.slice(0, 9))}`, async () => {
      const { issuer, enrolmentId, statuses } = await withCards();
      const asked = { id: enrolmentId, change: 'revoke', reason } as const;
      await expect(changeStatus(issuer, asked)).rejects.toMatchObject({ code: 'reason_invalid' });
      expect(statuses()).toEqual([0, 0, 0]);
    });
  }
});

describe('eraseEnrolment', () => {
  test('revokes every credential first, then nothing of the person opens', async () => {
    const { issuer, enrolmentId, statuses } = await withCards();
    await eraseEnrolment(issuer, enrolmentId);
    expect(statuses()).toEqual([1, 1, 1]);
    expect(await issuer.store.getEnrolment(enrolmentId)).toBeUndefined();
    expect(await issuer.store.getErasure(enrolmentId)).toBe(NOON);
    await expect(
      changeStatus(issuer, { id: enrolmentId, change: 'reinstate', reason: 'x' }),
    ).rejects.toMatchObject({ code: 'subject_unknown' });
    await eraseEnrolment(issuer, enrolmentId);
    await eraseEnrolment(issuer, '0'.repeat(32));
  });

  test('when a revocation fails, nothing is erased', async () => {
    const { issuer, enrolmentId } = await withCards();
    const statusLists = { ...issuer.statusLists, change: () => Promise.reject(new Error('disk')) };
    await expect(eraseEnrolment({ ...issuer, statusLists }, enrolmentId)).rejects.toThrow('disk');
    expect(await issuer.store.getEnrolment(enrolmentId)).toBeDefined();
    await eraseEnrolment(issuer, enrolmentId);
    expect(await issuer.store.getEnrolment(enrolmentId)).toBeUndefined();
  });

  test('[threat 23] another person’s cards stay valid', async () => {
    const { issuer, enrolmentId } = await withCards(0);
    const others = await issuer.statusLists.allocate(1_000);
    await eraseEnrolment(issuer, enrolmentId);
    const touched = others.filter(({ index }) => issuer.statusLists.getStatus(1, index) !== 0);
    expect(touched).toEqual([]);
  });
});
