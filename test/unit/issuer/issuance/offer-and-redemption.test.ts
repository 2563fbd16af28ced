import { CREDENTIAL_CONFIGURATIONS } from '@symbolon/schemas';
import { PRE_AUTHORIZED_CODE_GRANT, parseCredentialOffer } from '@symbolon/schemas/openid4vci';
import { describe, expect, test } from 'vitest';
import { createOffer, openOfferByReference } from '../../../../issuer/issuance/create-offer.ts';
import { redeemPreAuthorizedCode } from '../../../../issuer/issuance/redeem-code.ts';
import { createTxCode } from '../../../../issuer/issuance/transaction-code.ts';
import { createExpiringSecret, ownExpiringKey } from '../../../../issuer/store/expiring-key.ts';
import { addEnrolment, NOON, random, testParts } from '../support/issuer-parts.ts';

const ALL = [...CREDENTIAL_CONFIGURATIONS.keys()];
const [ONE = ''] = ALL;

async function offered(more: { byReference?: boolean; configurationIds?: readonly string[] } = {}) {
  let now = NOON;
  const parts = testParts({ now: () => now });
  const enrolmentId = await addEnrolment(parts.store);
  const { byReference = false, configurationIds = ALL } = more;
  const created = await createOffer(parts, { enrolmentId, configurationIds, byReference });
  const parameters = new URL(created.offerUri).searchParams;
  return {
    parts,
    enrolmentId,
    created,
    parameters,
    setNow: (time: number) => {
      now = time;
    },
  };
}

async function withCode(more: { configurationIds?: readonly string[] } = {}) {
  const context = await offered(more);
  const offer = parseCredentialOffer(JSON.parse(context.parameters.get('credential_offer') ?? ''));
  const code = offer.grants?.[PRE_AUTHORIZED_CODE_GRANT]?.['pre-authorized_code'] ?? '';
  const { txCode } = context.created;
  const wrongTxCode = txCode === '123456' ? '654321' : '123456';
  const redeem = (change: Partial<Parameters<typeof redeemPreAuthorizedCode>[1]> = {}) =>
    redeemPreAuthorizedCode(context.parts, {
      code,
      txCode,
      dpopJkt: undefined,
      now: NOON,
      ...change,
    });
  return { ...context, offer, code, txCode, wrongTxCode, redeem };
}

describe('createOffer', () => {
  test('OpenID4VCI 4.1.1: an offer by value has all that a wallet needs', async () => {
    const { offer, created, code, txCode } = await withCode();
    expect(created.offerUri).toMatch(/^openid-credential-offer:\/\/\?credential_offer=%7B/);
    expect(offer.credential_issuer).toBe('http://localhost:8080');
    expect(offer.credential_configuration_ids).toEqual(ALL);
    expect(offer.grants?.[PRE_AUTHORIZED_CODE_GRANT]?.tx_code).toMatchObject({
      input_mode: 'numeric',
      length: 6,
    });
    expect(txCode).toMatch(/^\d{6}$/);
    // 256 random bits after the four bytes of the time.
    expect(Buffer.from(code, 'base64url')).toHaveLength(36);
    expect(created.expiresAt).toBe(NOON + 900);
    expect(JSON.stringify(offer)).not.toContain(`"${txCode}"`);
  });

  test('OpenID4VCI 4.1.3: an offer by reference is fetched, and says the same', async () => {
    const { parts, parameters } = await offered({ byReference: true });
    const uri = parameters.get('credential_offer_uri') ?? '';
    expect(uri).toMatch(/^http:\/\/localhost:8080\/offers\/[\w-]{48}$/);
    const reference = uri.slice(uri.lastIndexOf('/') + 1);
    const offer = await openOfferByReference(reference, parts, NOON);
    expect(offer?.credential_configuration_ids).toEqual(ALL);
    expect(offer?.grants?.[PRE_AUTHORIZED_CODE_GRANT]?.['pre-authorized_code']).toMatch(
      /^[\w-]{48}$/,
    );
    expect(await openOfferByReference(reference, parts, NOON + 900)).toBeUndefined();
  });

  test('[attack 115] a reference that is none finds nothing', async () => {
    const { parts } = await offered({ byReference: true });
    for (const reference of [
      '',
      '../x',
      'a'.repeat(48),
      "' OR 1",
      'a'.repeat(100_000),
      'é'.repeat(48),
    ]) {
      expect(await openOfferByReference(reference, parts, NOON)).toBeUndefined();
    }
  });

  for (const [why, configurationIds] of [
    ['none', []],
    ['one that there is not', ['identity-card_mso_mdoc']],
    ['one twice', [ONE, ONE]],
    ['`__proto__`', ['__proto__']],
  ] as const) {
    test(`refuses configurations: ${why}`, async () => {
      const parts = testParts();
      const enrolmentId = await addEnrolment(parts.store);
      const request = { enrolmentId, configurationIds, byReference: false };
      await expect(createOffer(parts, request)).rejects.toMatchObject({
        code: 'unknown_credential_configuration',
      });
    });
  }

  test('says what is wrong with the enrolment', async () => {
    const parts = testParts();
    const { store } = parts;
    const offer = (enrolmentId: string) =>
      createOffer(parts, { enrolmentId, configurationIds: ALL, byReference: false });
    const [suspended, erased] = [await addEnrolment(store), await addEnrolment(store)];
    await store.setEnrolmentState(suspended, 'suspended');
    await store.eraseEnrolment(erased, NOON);
    await expect(offer(suspended)).rejects.toMatchObject({ code: 'enrolment_not_living' });
    await expect(offer(erased)).rejects.toMatchObject({ code: 'enrolment_erased' });
    await expect(offer('0'.repeat(32))).rejects.toMatchObject({ code: 'enrolment_unknown' });
    await expect(offer("' OR 1=1")).rejects.toMatchObject({ code: 'enrolment_unknown' });
  });

  test('transaction codes are six digits, each digit as likely as any other (chi-square)', () => {
    const counts = Array.from({ length: 6 }, () => new Array<number>(10).fill(0));
    for (let round = 0; round < 6_000; round++) {
      for (const [place, digit] of [...createTxCode(random)].entries()) {
        const row = counts[place];
        if (row) row[Number(digit)] = (row[Number(digit)] ?? 0) + 1;
      }
    }
    for (const row of counts) {
      const chiSquare = row.reduce((sum, count) => sum + (count - 600) ** 2 / 600, 0);
      // 9 degrees of freedom: above 33.7 once in 10,000 times.
      expect(chiSquare).toBeLessThan(40);
    }
  });
});

describe('redeemPreAuthorizedCode', () => {
  test('OpenID4VCI 6.3: code and transaction code give a token, once', async () => {
    const { redeem, enrolmentId, parts } = await withCode();
    const redeemed = await redeem();
    expect(redeemed).toMatchObject({
      enrolmentId,
      configurationIds: ALL,
      expiresInSeconds: 600,
      accessToken: expect.stringMatching(/^[\w-]{48}$/),
    });
    const grant = await parts.store.getAccessGrant(ownExpiringKey(redeemed.accessToken), NOON);
    expect(grant).toMatchObject({ credentialsLeft: 30 * ALL.length, dpopJkt: undefined });
    await expect(redeem()).rejects.toMatchObject({ code: 'invalid_grant' });
  });

  test('RFC 9449 5: the token is bound to the key that the request proves', async () => {
    const { redeem, parts } = await withCode();
    const { accessToken } = await redeem({ dpopJkt: 'thumbprint' });
    const grant = await parts.store.getAccessGrant(ownExpiringKey(accessToken), NOON);
    expect(grant?.dpopJkt).toBe('thumbprint');
  });

  test('[threat 22] 50 parallel right redemptions give exactly one token', async () => {
    const { redeem } = await withCode();
    const results = await Promise.allSettled(Array.from({ length: 50 }, () => redeem()));
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    for (const result of results) {
      if (result.status === 'rejected')
        expect(result.reason).toMatchObject({ name: 'TokenError', code: 'invalid_grant' });
    }
  });

  test('[attack 49] 50 parallel wrong guesses burn the code after five', async () => {
    const { redeem, wrongTxCode } = await withCode();
    const results = await Promise.allSettled(
      Array.from({ length: 50 }, () => redeem({ txCode: wrongTxCode })),
    );
    const messages = results.map((result) =>
      result.status === 'rejected' ? String(result.reason) : 'a token',
    );
    expect(messages.filter((text) => /does not match/.test(text))).toHaveLength(5);
    expect(messages.filter((text) => /guessed at too often/.test(text))).toHaveLength(45);
    await expect(redeem()).rejects.toMatchObject({ code: 'invalid_grant' });
  });

  test('[attack 49] a missing tx_code is invalid_request and costs no attempt', async () => {
    const { redeem } = await withCode();
    for (const _ of Array.from({ length: 10 })) {
      await expect(redeem({ txCode: undefined })).rejects.toMatchObject({
        code: 'invalid_request',
      });
    }
    await expect(redeem()).resolves.toMatchObject({ expiresInSeconds: 600 });
  });

  for (const txCode of ['', '12345', '1234567', 'abcdef', '１２３４５６', '0x1234', ' ']) {
    test(`OpenID4VCI 6.3: tx_code ${JSON.stringify(txCode)} is invalid_grant`, async () => {
      const { redeem } = await withCode();
      await expect(redeem({ txCode })).rejects.toMatchObject({ code: 'invalid_grant' });
    });
  }

  test('the transaction code of another offer does not fit', async () => {
    const [one, two] = [await withCode(), await withCode()];
    if (one.txCode === two.txCode) return;
    await expect(one.redeem({ txCode: two.txCode })).rejects.toMatchObject({
      code: 'invalid_grant',
    });
  });

  for (const [why, change] of [
    ['in another spelling', (code: string) => `${code}=`],
    ['with its time put off', (code: string) => `${code.slice(0, 5)}z${code.slice(6)}`],
    ['with one character changed', (code: string) => `${code.slice(0, 30)}-${code.slice(31)}`],
    ['cut short', (code: string) => code.slice(0, -1)],
    ['empty', () => ''],
    ['that is SQL', () => "' OR 1=1 --"],
    ['with a NUL', (code: string) => `${code.slice(0, 47)}\u0000`],
    ['that is long', (code: string) => code.repeat(10_000)],
    ['of our making for nothing', () => createExpiringSecret(NOON + 900, random)],
  ] as const) {
    test(`[attack 115] a code ${why} is invalid_grant`, async () => {
      const { redeem, code } = await withCode();
      const changed = change(code);
      expect(changed).not.toBe(code);
      await expect(redeem({ code: changed })).rejects.toMatchObject({ code: 'invalid_grant' });
      await expect(redeem()).resolves.toMatchObject({ expiresInSeconds: 600 });
    });
  }

  test('[attack 51] 10,000 codes guessed by chance give nothing', async () => {
    const { redeem, parts } = await withCode();
    const guesses = Array.from({ length: 10_000 }, () =>
      redeem({ code: createExpiringSecret(NOON + 900, random) }).then(
        () => 'token',
        (error: { code: string }) => error.code,
      ),
    );
    expect(new Set(await Promise.all(guesses))).toEqual(new Set(['invalid_grant']));
    await parts.store.checkHealth();
  });

  test('[attack 117] an offer ends at its second, and comes not back with the clock once purged', async () => {
    const { redeem, parts, setNow } = await withCode();
    await expect(redeem({ now: NOON + 900 })).rejects.toMatchObject({ code: 'invalid_grant' });
    setNow(NOON + 86_400);
    await parts.store.nextSequence('trust_bundle');
    setNow(NOON);
    await expect(redeem()).rejects.toMatchObject({ code: 'invalid_grant' });
  });

  test('[attack 119] no refusal holds the code or the transaction code', async () => {
    const { redeem, code, wrongTxCode } = await withCode();
    for (const change of [{ txCode: wrongTxCode }, { code: `${code}=` }]) {
      const error = await redeem(change).catch((reason: unknown) => reason);
      const text = `${String(error)} ${JSON.stringify(error)}`;
      expect(text).not.toContain(wrongTxCode);
      expect(text).not.toContain(code);
    }
  });
});
