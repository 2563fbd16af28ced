import * as v from 'valibot';
import { epochSecondsSchema } from './epoch-seconds.ts';
import { base64UrlSchema, p256PublicJwkSchema } from './jwk.ts';
import { base64Schema } from './location.ts';
import { parseWith } from './parse-error.ts';

const nameSchema = v.pipe(v.string(), v.maxLength(512), v.regex(/^[\w.%:#-]+$/));
const sealedSchema = v.pipe(base64UrlSchema, v.maxLength(2_048));

const keyPurposeSchema = v.picklist([
  'bundle',
  'credential',
  'status',
  'metadata',
  'registrar',
  'issuer_ca',
  'access_ca',
  'registrar_ca',
]);

const keySchema = v.strictObject({
  /** Veramo's `kid`, which is also the fragment of the DID URL. */
  kid: nameSchema,
  purpose: keyPurposeSchema,
  public_jwk: p256PublicJwkSchema,
  /** Leaf first, without the anchor; a CA's own certificate for a CA. */
  certificates: v.pipe(v.array(base64Schema), v.maxLength(4)),
  valid_from: epochSecondsSchema,
  valid_until: epochSecondsSchema,
  /** The private JWK's `d`, under the key-encryption key. */
  sealed: sealedSchema,
});

const keyFileSchema = v.strictObject({
  kind: v.literal('symbolon-issuer-keys'),
  version: v.literal(1),
  kdf: v.strictObject({
    name: v.literal('scrypt'),
    n: v.picklist([16_384, 32_768, 65_536, 131_072, 262_144, 524_288, 1_048_576]),
    r: v.literal(8),
    p: v.literal(1),
    salt: v.pipe(base64UrlSchema, v.minLength(22), v.maxLength(86)),
  }),
  /** A known text under the key-encryption key: tells a wrong passphrase from a damaged file. */
  check: sealedSchema,
  keys: v.pipe(v.array(keySchema), v.maxLength(64)),
  /** Veramo's DID store: identifiers and the keys that they name. */
  identifiers: v.pipe(
    v.array(
      v.strictObject({
        did: nameSchema,
        alias: nameSchema,
        provider: v.literal('did:web'),
        controller_key: nameSchema,
        keys: v.pipe(v.array(nameSchema), v.maxLength(16)),
      }),
    ),
    v.maxLength(8),
  ),
  secrets: v.pipe(
    v.array(v.strictObject({ name: nameSchema, sealed: sealedSchema })),
    v.maxLength(32),
  ),
});

/** `keys.json`: public halves in the clear, every private half and secret sealed. */
export type IssuerKeyFile = v.InferOutput<typeof keyFileSchema>;

/** What a key of the authority may be used for; a key has one purpose. */
export type IssuerKeyPurpose = v.InferOutput<typeof keyPurposeSchema>;

/** Parses the key store of an issuer; nothing in it is decrypted or trusted by that. */
export function parseIssuerKeyFile(input: unknown): IssuerKeyFile {
  return parseWith('key store', keyFileSchema, input);
}

/** Parses the tag that says what a key is for, `{ purpose }`. */
export function parseIssuerKeyPurpose(input: unknown): IssuerKeyPurpose {
  return parseWith('key purpose', v.strictObject({ purpose: keyPurposeSchema }), input).purpose;
}
