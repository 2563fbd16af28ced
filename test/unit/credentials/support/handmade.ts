import { hash } from 'node:crypto';
import { createSigner, generateP256KeyPair, type Signer } from '@symbolon/credentials/crypto';
import { signCompactJws } from '@symbolon/credentials/jose';
import type { ClaimPath, JsonObject, JsonValue } from '@symbolon/schemas';

/** 2026-11-25T12:00:00Z. */
export const NOW = 1_795_608_000;

export const issuerKeys = await generateP256KeyPair();
export const holderKeys = await generateP256KeyPair();
export const strangerKeys = await generateP256KeyPair();
export const issuerSigner = createSigner(issuerKeys.privateJwk);
export const holderSigner = createSigner(holderKeys.privateJwk);
export const strangerSigner = createSigner(strangerKeys.privateJwk);

export const NONCE = 'n-0S6_WzA2Mj';
export const AUDIENCE = 'x509_hash:Uvo3HtuIxuhC92rShpgqcT3YXwrqRxWEviRiA0OZszk';
export const BOUND = {
  expectedNonce: NONCE,
  expectedAudience: AUDIENCE,
  freshness: { kind: 'nonce_only' },
} as const;

export const base64Url = (text: string | Uint8Array) => Buffer.from(text).toString('base64url');
export const jsonOf = (part: string) => JSON.parse(Buffer.from(part, 'base64url').toString());

/** A disclosure, made by hand: of a property with a name, of an element without. */
export const disclose = (...members: readonly JsonValue[]) => {
  const text = base64Url(JSON.stringify(members));
  return { text, digest: hash('sha256', text, 'base64url') };
};

/** Claims that make a payload an SD-JWT VC. */
export const VC_CLAIMS = {
  iss: 'https://issuer.example',
  vct: 'urn:example:card:1',
  cnf: { jwk: holderKeys.publicJwk },
} as const;

/** Claims that make a payload a credential of data model 2.0. */
export const W3C_CLAIMS = {
  '@context': ['https://www.w3.org/ns/credentials/v2', 'urn:example:context'],
  type: ['VerifiableCredential', 'ExampleCard'],
  issuer: 'did:web:issuer.example',
  iss: 'did:web:issuer.example',
  validFrom: '2026-11-01T00:00:00Z',
  validUntil: '2027-11-01T00:00:00+08:00',
  credentialSubject: { id: 'did:example:holder', family_name: 'Möbius' },
  cnf: { jwk: holderKeys.publicJwk },
} as const;

/** An SD-JWT of any payload whatever, signed by the issuer. */
export const sign = async (
  payload: JsonObject,
  disclosures: readonly { readonly text: string }[] = [],
  { header = {}, signer = issuerSigner }: { header?: JsonObject; signer?: Signer } = {},
) => {
  const jwt = await signCompactJws({
    header: { typ: 'dc+sd-jwt', kid: 'k1', ...header },
    payload,
    signer,
  });
  return `${[jwt, ...disclosures.map(({ text }) => text)].join('~')}~`;
};

/** The value of a claim that {@link bind} leaves out. */
export const ABSENT = 'absent';

/** Adds a key binding, right in everything but what `change` says. */
export const bind = async (
  sdJwt: string,
  {
    header = {},
    payload = {},
    signer = holderSigner,
  }: { header?: JsonObject; payload?: JsonObject; signer?: Signer } = {},
) => {
  const claims: JsonObject = {
    iat: NOW,
    aud: AUDIENCE,
    nonce: NONCE,
    sd_hash: hash('sha256', sdJwt, 'base64url'),
    ...payload,
  };
  const kept = Object.entries(claims).filter(([, value]) => value !== ABSENT);
  return (
    sdJwt +
    (await signCompactJws({
      header: { typ: 'kb+jwt', ...header },
      payload: Object.fromEntries(kept),
      signer,
    }))
  );
};

/** Every path of a JSON value but the root. */
export const pathsOf = (value: JsonValue, at: ClaimPath = []): ClaimPath[] => {
  if (typeof value !== 'object' || value === null) return [];
  const steps: [string | number, JsonValue][] = Array.isArray(value)
    ? value.map((element, index) => [index, element])
    : Object.entries(value);
  return steps.flatMap(([step, inner]) => [[...at, step], ...pathsOf(inner, [...at, step])]);
};
