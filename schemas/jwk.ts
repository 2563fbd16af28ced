import * as v from 'valibot';
import { parseWith } from './parse-error.ts';

/** base64url without padding. */
export const base64UrlSchema = v.pipe(v.string(), v.regex(/^[\w-]+$/));

/**
 * 43 characters have two bits more than 32 bytes: they must be zero, or one key would have sixteen
 * spellings and pass as sixteen keys (RFC 7515 section 2, RFC 4648 section 3.5).
 */
const coordinate32Schema = v.pipe(
  v.string(),
  v.length(43),
  v.regex(/^[\w-]{42}[AEIMQUYcgkosw048]$/),
);
const coordinate48Schema = v.pipe(base64UrlSchema, v.length(64));
/** A private member makes the whole key unacceptable, wherever a public one is meant. */
const noPrivateMember = v.optional(v.never());

/** An EC public key on P-256 (RFC 7518 section 6.2.1); `x` and `y` are 32 bytes. */
export const p256PublicJwkSchema = v.object({
  kty: v.literal('EC'),
  crv: v.literal('P-256'),
  x: coordinate32Schema,
  y: coordinate32Schema,
  d: noPrivateMember,
});

const p384PublicJwkSchema = v.object({
  kty: v.literal('EC'),
  crv: v.literal('P-384'),
  x: coordinate48Schema,
  y: coordinate48Schema,
  d: noPrivateMember,
});

const ed25519PublicJwkSchema = v.object({
  kty: v.literal('OKP'),
  crv: v.literal('Ed25519'),
  x: coordinate32Schema,
  d: noPrivateMember,
});

/** A public key of a kind that we accept; members that we do not need are dropped. */
export const publicJwkSchema = v.variant('crv', [
  p256PublicJwkSchema,
  p384PublicJwkSchema,
  ed25519PublicJwkSchema,
]);

type WithoutPrivateMember<Key> = Key extends unknown ? Readonly<Omit<Key, 'd'>> : never;

/** A public JWK (RFC 7517) on P-256, P-384 or Ed25519. */
export type PublicJwk = WithoutPrivateMember<v.InferOutput<typeof publicJwkSchema>>;

/** A public JWK on P-256. */
export type P256PublicJwk = WithoutPrivateMember<v.InferOutput<typeof p256PublicJwkSchema>>;

/** Parses a public key; refuses one that carries its private member. */
export function parsePublicJwk(input: unknown): PublicJwk {
  return parseWith('JWK', publicJwkSchema, input);
}
