import { type KeyBindingExpectations, presentSdJwt, verifySdJwt } from '@symbolon/credentials';
import { createSigner } from '@symbolon/credentials/crypto';
import type { JsonObject, JsonValue } from '@symbolon/schemas';
import { describe, expect, test } from 'vitest';
import {
  ABSENT,
  AUDIENCE,
  BOUND,
  base64Url,
  bind,
  disclose,
  holderKeys,
  holderSigner,
  issuerKeys,
  NONCE,
  NOW,
  sign,
  strangerKeys,
  strangerSigner,
  VC_CLAIMS,
} from '../support/handmade.ts';

const YEAR = 365 * 86_400;
const name = disclose('salt-a', 'family_name', 'Möbius');
const given = disclose('salt-b', 'given_name', 'August');
const PAYLOAD = { ...VC_CLAIMS, _sd: [name.digest, given.digest] };
const sdJwt = await sign(PAYLOAD, [name]);

const verify = (compact: string, keyBinding: KeyBindingExpectations = BOUND) =>
  verifySdJwt(compact, {
    expectedFormat: 'dc+sd-jwt',
    issuerKey: issuerKeys.publicJwk,
    now: NOW,
    keyBinding,
  });

const refuses = async (
  compact: string | Promise<string>,
  code: string,
  keyBinding: KeyBindingExpectations = BOUND,
) => {
  const verdict = verify(await compact, keyBinding);
  await expect(verdict).rejects.toMatchObject({ name: 'CredentialError', code });
};

/** Online: within five minutes. */
const ONLINE = {
  ...BOUND,
  freshness: { kind: 'iat_window', now: NOW, maxAgeSeconds: 300 },
} as const;

test('a key binding in order is accepted, over QR codes and online', async () => {
  for (const expectations of [BOUND, ONLINE]) {
    const { claims, holderKey } = await verify(await bind(sdJwt), expectations);
    expect(claims).toEqual({ ...VC_CLAIMS, family_name: 'Möbius' });
    expect(holderKey).toEqual(holderKeys.publicJwk);
  }
});

describe('[attack 25] RFC 9901 7.3 step 2: refuses a presentation without the binding that is required', () => {
  test('stripped of it', async () => {
    await refuses(sdJwt, 'key_binding_missing');
  });

  test('whether or not the credential names a key', async () => {
    const { cnf: _, ...unbound } = PAYLOAD;
    await refuses(sign(unbound, [name]), 'key_binding_missing');
  });

  test('step 1: the policy decides, not the presentation', async () => {
    const notRequired = (compact: string) =>
      verifySdJwt(compact, {
        expectedFormat: 'dc+sd-jwt',
        issuerKey: issuerKeys.publicJwk,
        now: NOW,
        keyBinding: 'not_required',
      });
    await expect(notRequired(sdJwt)).resolves.toBeDefined();
    await expect(notRequired(await bind(sdJwt))).resolves.toBeDefined();
    const byReference = await sign({ ...PAYLOAD, cnf: { kid: 'holder' } }, [name]);
    await expect(notRequired(byReference)).resolves.toMatchObject({ holderKey: undefined });
  });
});

describe('RFC 9901 7.3 step 5.a: the key is the one that the credential names', () => {
  test.each<[string, JsonValue]>([
    ['a key by reference', { kid: 'holder' }],
    ['a key of another kind', { jwk: { kty: 'RSA', n: 'AQAB', e: 'AQAB' } }],
    ['a symmetric key', { jwk: { kty: 'oct', k: 'AAAA' } }],
    ['a private key', { jwk: { ...holderKeys.privateJwk } }],
    ['a text', 'key'],
    ['null', null],
    ['nothing in it', {}],
  ])('refuses cnf with %s', async (_fault, cnf) => {
    await refuses(bind(await sign({ ...PAYLOAD, cnf }, [name])), 'holder_key_missing');
  });

  test('refuses a credential without cnf', async () => {
    const { cnf: _, ...unbound } = PAYLOAD;
    await refuses(bind(await sign(unbound, [name])), 'holder_key_missing');
  });

  test('SD-JWT VC 3.2.2.2: refuses cnf that is disclosed selectively', async () => {
    const { cnf, ...unbound } = VC_CLAIMS;
    const disclosure = disclose('s', 'cnf', cnf);
    const presentation = bind(await sign({ ...unbound, _sd: [disclosure.digest] }, [disclosure]));
    await refuses(presentation, 'claim_must_be_plain');
  });

  test('Ed25519 and P-384 keys of a holder are taken', async () => {
    for (const algorithm of ['Ed25519', 'ES384'] as const) {
      const web =
        algorithm === 'Ed25519' ? { name: 'Ed25519' } : { name: 'ECDSA', namedCurve: 'P-384' };
      const pair = await crypto.subtle.generateKey(web, true, ['sign', 'verify']);
      if (!('privateKey' in pair)) throw new Error('a pair');
      const { x = '', y = '', d = '' } = await crypto.subtle.exportKey('jwk', pair.privateKey);
      const jwk =
        algorithm === 'Ed25519'
          ? ({ kty: 'OKP', crv: 'Ed25519', x } as const)
          : ({ kty: 'EC', crv: 'P-384', x, y } as const);
      const signer = createSigner({ ...jwk, d });
      const bound = bind(await sign({ ...PAYLOAD, cnf: { jwk } }, [name]), { signer });
      expect(await verify(await bound)).toMatchObject({ holderKey: jwk });
    }
  });
});

describe('[attack 23] RFC 9901 7.3 step 5: the key binding JWT', () => {
  test.each(['none', 'None', 'nOnE', ''])('5.b: refuses alg %j', async (alg) => {
    const header = base64Url(JSON.stringify({ alg, typ: 'kb+jwt' }));
    const payload = base64Url(
      JSON.stringify({ iat: NOW, aud: AUDIENCE, nonce: NONCE, sd_hash: 'x' }),
    );
    await refuses(`${sdJwt}${header}.${payload}.`, 'key_binding_algorithm_not_allowed');
  });

  test.each(['HS256', 'RS256', 'ES256K'])('5.b: refuses alg %s', async (alg) => {
    await refuses(bind(sdJwt, { header: { alg } }), 'key_binding_algorithm_not_allowed');
  });

  test('5.c: refuses a signature by another key, also when the header offers it', async () => {
    await refuses(bind(sdJwt, { signer: strangerSigner }), 'key_binding_signature_invalid');
    const offered = bind(sdJwt, {
      signer: strangerSigner,
      header: { jwk: { ...strangerKeys.publicJwk } },
    });
    await refuses(offered, 'key_binding_signature_invalid');
  });

  test("5.c: refuses the issuer's own signature", async () => {
    const { issuerSigner } = await import('../support/handmade.ts');
    await refuses(bind(sdJwt, { signer: issuerSigner }), 'key_binding_signature_invalid');
  });

  test.each(['JWT', 'kb+JWT', 'application/kb+jwt', 'dc+sd-jwt', 'openid4vci-proof+jwt', ''])(
    '5.d: refuses typ %j',
    async (typ) => {
      await refuses(bind(sdJwt, { header: { typ } }), 'key_binding_type_mismatch');
    },
  );

  test.each<[string, number]>([
    ['a year ago', NOW - YEAR],
    ['a year ahead', NOW + YEAR],
    ['a second too old', NOW - 300 - 61],
    ['a second too far ahead', NOW + 61],
  ])('5.e, online: refuses iat %s', async (_when, iat) => {
    await refuses(bind(sdJwt, { payload: { iat } }), 'key_binding_not_fresh', ONLINE);
  });

  test('5.e, online: accepts iat within the window and the skew', async () => {
    for (const iat of [NOW, NOW - 360, NOW + 60]) {
      await expect(verify(await bind(sdJwt, { payload: { iat } }), ONLINE)).resolves.toBeDefined();
    }
  });

  test('5.e, over QR codes: the nonce is the freshness, whatever clock the holder has', async () => {
    for (const iat of [NOW - YEAR, NOW + YEAR]) {
      await expect(verify(await bind(sdJwt, { payload: { iat } }))).resolves.toBeDefined();
    }
  });

  test.each<[string, JsonObject, string]>([
    ['no nonce', { nonce: ABSENT }, 'key_binding_malformed'],
    ['another nonce', { nonce: 'other' }, 'nonce_mismatch'],
    ['an empty nonce', { nonce: '' }, 'nonce_mismatch'],
    ['a longer nonce', { nonce: `${NONCE}x` }, 'nonce_mismatch'],
    ['a nonce in other case', { nonce: NONCE.toLowerCase() }, 'nonce_mismatch'],
    ['a nonce that is an array', { nonce: [NONCE] }, 'key_binding_malformed'],
    ['a nonce that is a number', { nonce: 1 }, 'key_binding_malformed'],
    ['no aud', { aud: ABSENT }, 'key_binding_malformed'],
    ['another aud', { aud: 'x509_hash:other' }, 'audience_mismatch'],
    ['aud without its prefix', { aud: AUDIENCE.slice('x509_hash:'.length) }, 'audience_mismatch'],
    ['a longer aud', { aud: `${AUDIENCE}x` }, 'audience_mismatch'],
    ['a shorter aud', { aud: AUDIENCE.slice(0, -1) }, 'audience_mismatch'],
    ['an array of the right aud', { aud: [AUDIENCE] }, 'key_binding_malformed'],
    ['an array of several aud', { aud: [AUDIENCE, 'other'] }, 'key_binding_malformed'],
    ['aud null', { aud: null }, 'key_binding_malformed'],
  ])('[attack 29] 5.f: refuses %s', async (_fault, payload, code) => {
    await refuses(bind(sdJwt, { payload }), code);
  });

  test.each<[string, JsonObject, string]>([
    ['no sd_hash', { sd_hash: ABSENT }, 'key_binding_malformed'],
    ['another sd_hash', { sd_hash: 'x'.repeat(43) }, 'sd_hash_mismatch'],
    ['an empty sd_hash', { sd_hash: '' }, 'sd_hash_mismatch'],
    ['sd_hash null', { sd_hash: null }, 'key_binding_malformed'],
    ['no iat', { iat: ABSENT }, 'key_binding_malformed'],
    ['iat as a text', { iat: String(NOW) }, 'key_binding_malformed'],
    ['iat with a fraction', { iat: NOW + 0.5 }, 'key_binding_malformed'],
    ['iat negative', { iat: -1 }, 'key_binding_malformed'],
    ['exp as a text', { exp: 'x' }, 'key_binding_malformed'],
  ])('5.g and 5.h: refuses %s', async (_fault, payload, code) => {
    await refuses(bind(sdJwt, { payload }), code);
  });

  test('5.h, online: refuses a key binding that has expired, or is not valid yet', async () => {
    await refuses(bind(sdJwt, { payload: { exp: NOW - 60 } }), 'key_binding_not_fresh', ONLINE);
    await refuses(bind(sdJwt, { payload: { nbf: NOW + 61 } }), 'key_binding_not_fresh', ONLINE);
  });

  test('5.g: refuses a disclosure taken away, added or moved after binding', async () => {
    const both = await sign(PAYLOAD, [name, given]);
    const [jwt, first, second] = both.split('~');
    const keyBinding = (await bind(both)).split('~').at(-1);
    for (const parts of [[jwt, first], [jwt, second], [jwt], [jwt, second, first]]) {
      await refuses(`${parts.join('~')}~${keyBinding}`, 'sd_hash_mismatch');
    }
    await expect(verify(`${both}${keyBinding}`)).resolves.toBeDefined();
  });

  test('5.g: refuses the key binding of another copy of the same card', async () => {
    const other = await sign({ ...PAYLOAD, jti: 'other' }, [name]);
    const keyBinding = (await bind(sdJwt)).split('~').at(-1);
    await refuses(`${other}${keyBinding}`, 'sd_hash_mismatch');
  });

  test.each(['x', 'a.b.c', '..', 'e30.e30.', '\n', ' '])(
    'refuses %j in its place',
    async (text) => {
      await refuses(sdJwt + text, 'key_binding_malformed');
    },
  );

  test('[attack 7] refuses crit and an unencoded payload', async () => {
    await refuses(bind(sdJwt, { header: { crit: ['b64'], b64: false } }), 'key_binding_malformed');
  });

  test('[attack 13] refuses a megabyte', async () => {
    const large = bind(sdJwt, { payload: { padding: 'x'.repeat(100_000) } });
    await refuses(large, 'key_binding_malformed');
  });
});

describe('[attack 29] a presentation replayed to another session or another verifier is refused', () => {
  test('by its nonce or its audience', async () => {
    const presentation = await presentSdJwt({
      compact: await sign(PAYLOAD, [name, given]),
      disclose: [['family_name']],
      keyBinding: { nonce: NONCE, audience: AUDIENCE, iat: NOW, signer: holderSigner },
    });
    await expect(verify(presentation)).resolves.toMatchObject({
      claims: { family_name: 'Möbius' },
    });
    await refuses(presentation, 'nonce_mismatch', { ...BOUND, expectedNonce: 'next' });
    await refuses(presentation, 'audience_mismatch', { ...BOUND, expectedAudience: 'next' });
  });
});
