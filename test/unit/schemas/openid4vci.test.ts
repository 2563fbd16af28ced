import {
  PRE_AUTHORIZED_CODE_GRANT,
  parseCredentialOffer,
  parseCredentialRequest,
  parseErrorResponse,
  parseFormParameters,
  parseIssuerMetadata,
  parseTokenResponse,
} from '@symbolon/schemas/openid4vci';
import { describe, expect, test } from 'vitest';

describe('form parameters', () => {
  test('RFC 6749 appendix B: names and values are decoded', () => {
    expect([...parseFormParameters('a=1&b=%E5%BC%A0+x&c=&d')]).toEqual([
      ['a', '1'],
      ['b', '张 x'],
    ]);
  });

  for (const [why, text, rule] of [
    ['RFC 6749 3.2: a parameter must not occur twice', 'a=1&b=2&a=1', /'a'.*repeated/],
    ['a parameter must not occur twice, empty or escaped', 'a=&%61=1', /'a'.*repeated/],
    ['a truncated escape', 'a=%2', /percent/],
    ['an escape that is no UTF-8', 'a=%FF', /percent/],
    ['a thousand parameters', 'a&'.repeat(1000), /too many/],
  ] as const) {
    test(`${why} is refused`, () => {
      expect(() => parseFormParameters(text)).toThrow(rule);
    });
  }

  test('names of object members are names like others', () => {
    expect(parseFormParameters('__proto__=1&constructor=2').get('__proto__')).toBe('1');
    expect(parseFormParameters('a=1').get('toString')).toBeUndefined();
  });

  test('a hostile name is not repeated in the message', () => {
    expect(() => parseFormParameters('%0a%1b=1&%0a%1b=2')).toThrow(/'\*'/);
  });
});

const offer = {
  credential_issuer: 'https://issuer.example',
  credential_configuration_ids: ['identity-card_dc+sd-jwt'],
  grants: { [PRE_AUTHORIZED_CODE_GRANT]: { 'pre-authorized_code': 'x', tx_code: { length: 6 } } },
};

describe('credential offer', () => {
  test('OpenID4VCI 4.1.1: unknown parameters and grants are ignored', () => {
    const extended = { ...offer, extra: 1, grants: { ...offer.grants, 'urn:x': {} } };
    expect(parseCredentialOffer(extended)).toEqual(offer);
  });

  for (const [why, changes] of [
    ['no configuration', { credential_configuration_ids: [] }],
    ['one configuration twice', { credential_configuration_ids: ['a', 'a'] }],
    ['an issuer on plain http', { credential_issuer: 'http://issuer.example' }],
    ['an issuer with a query', { credential_issuer: 'https://issuer.example?x' }],
    ['an issuer that is a number', { credential_issuer: 1 }],
    [
      'a code of the wrong type',
      { grants: { [PRE_AUTHORIZED_CODE_GRANT]: { 'pre-authorized_code': 1 } } },
    ],
    [
      'a description of 301 characters',
      {
        grants: {
          [PRE_AUTHORIZED_CODE_GRANT]: {
            'pre-authorized_code': 'x',
            tx_code: { description: 'x'.repeat(301) },
          },
        },
      },
    ],
  ] as const) {
    test(`[attack 57] ${why} is refused`, () => {
      expect(() => parseCredentialOffer({ ...offer, ...changes })).toThrow(
        expect.objectContaining({ code: 'malformed' }),
      );
    });
  }
});

describe('credential request', () => {
  const jwt = 'YQ.YQ.YQ';

  for (const [why, body, path] of [
    ['proofs with a type that is not supported', { proofs: { attestation: [jwt] } }, 'proofs'],
    ['proofs with two types', { proofs: { jwt: [jwt], di_vp: [{}] } }, 'proofs'],
    ['proofs without any', { proofs: { jwt: [] } }, 'proofs.jwt'],
    ['10^4 proofs', { proofs: { jwt: Array(10_000).fill(jwt) } }, 'proofs.jwt'],
    ['a proof that is no JWT', { proofs: { jwt: ['x'] } }, 'proofs.jwt.0'],
    ['a single proof of another type', { proof: { proof_type: 'cwt', cwt: 'x' } }, 'proof'],
    ['response encryption', { credential_response_encryption: {} }, 'credential_response'],
    ['an identifier of the wrong type', { credential_configuration_id: 7 }, 'credential_conf'],
    ['an array', [], ''],
  ] as const) {
    test(`OpenID4VCI 8.2: ${why} is refused where it is at fault`, () => {
      expect(() => parseCredentialRequest(body)).toThrow(
        expect.objectContaining({ path: expect.stringMatching(new RegExp(`^${path}`)) }),
      );
    });
  }
});

test('RFC 6749 5.1: token_type is read in any case', () => {
  expect(parseTokenResponse({ access_token: 'x', token_type: 'bEARER' }).token_type).toBe('Bearer');
  expect(() => parseTokenResponse({ access_token: 'x', token_type: 'mac' })).toThrow();
});

test('an error_description that breaks the rule is dropped', () => {
  const hostile = { error: 'invalid_grant', error_description: 'a\u001b[2J"b' };
  expect(parseErrorResponse(hostile)).toEqual({ error: 'invalid_grant' });
});

test('OpenID4VCI 12.2.4: a format that the reader does not know is no obstacle', () => {
  const metadata = {
    credential_issuer: 'https://issuer.example',
    credential_endpoint: 'https://issuer.example/credential',
    credential_configurations_supported: { a: { format: 'brand_new', novelty: [1] } },
  };
  expect(parseIssuerMetadata(metadata).credential_configurations_supported).toEqual({
    a: { format: 'brand_new' },
  });
});
