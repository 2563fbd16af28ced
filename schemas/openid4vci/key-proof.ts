import * as v from 'valibot';
import { epochSecondsSchema } from '../epoch-seconds.ts';
import { parseWith } from '../parse-error.ts';

/** `typ` of a key proof. */
export const KEY_PROOF_TYP = 'openid4vci-proof+jwt';

/** Signature algorithms of key proofs: every credential is bound to a P-256 key. */
export const KEY_PROOF_ALGORITHMS = ['ES256'] as const;

/** A key proof is refused when it is longer than this. */
export const MAX_KEY_PROOF_BYTES = 8192;

const headerSchema = v.object({
  typ: v.literal(KEY_PROOF_TYP),
  alg: v.picklist(KEY_PROOF_ALGORITHMS),
  jwk: v.optional(v.unknown()),
  kid: v.optional(v.pipe(v.string(), v.minLength(1), v.maxLength(1024))),
  x5c: v.optional(v.unknown()),
  // What is sent to be judged and cannot be: without these the proof says less than it seems to.
  key_attestation: v.optional(v.never()),
  trust_chain: v.optional(v.never()),
});

/** What a key says that it is for (RFC 7517 sections 4.2 to 4.4), where it says so. */
const keyUseSchema = v.object({
  use: v.optional(v.literal('sig')),
  alg: v.optional(v.picklist(KEY_PROOF_ALGORITHMS)),
  key_ops: v.optional(
    v.pipe(
      v.array(v.string()),
      v.check((operations) => operations.includes('verify'), 'verify'),
    ),
  ),
});

const payloadSchema = v.object({
  aud: v.pipe(v.string(), v.maxLength(2048)),
  iat: epochSecondsSchema,
  exp: v.optional(epochSecondsSchema),
  nbf: v.optional(epochSecondsSchema),
  iss: v.optional(v.pipe(v.string(), v.maxLength(512))),
  nonce: v.optional(v.pipe(v.string(), v.maxLength(512))),
});

/** The header of a key proof; which of `jwk`, `kid` and `x5c` there is, the verifier decides. */
export type KeyProofHeader = v.InferOutput<typeof headerSchema>;

/** The payload of a key proof. */
export type KeyProofPayload = v.InferOutput<typeof payloadSchema>;

/**
 * Parses the header of a key proof of type `jwt`.
 *
 * @see [OpenID4VCI 1.0 appendix F.1](https://openid.net/specs/openid-4-verifiable-credential-issuance-1_0.html#appendix-F.1)
 */
export function parseKeyProofHeader(input: unknown): KeyProofHeader {
  return parseWith('key proof header', headerSchema, input);
}

/**
 * Checks that a key of a key proof is not meant for something else.
 *
 * @throws ParseError
 */
export function checkKeyUse(jwk: unknown): void {
  parseWith('key proof key', keyUseSchema, jwk);
}

/** Parses the payload of a key proof of type `jwt`. */
export function parseKeyProofPayload(input: unknown): KeyProofPayload {
  return parseWith('key proof payload', payloadSchema, input);
}
