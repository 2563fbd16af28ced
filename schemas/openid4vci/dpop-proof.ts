import * as v from 'valibot';
import { epochSecondsSchema } from '../epoch-seconds.ts';
import { publicJwkSchema } from '../jwk.ts';
import { parseWith } from '../parse-error.ts';

/** `typ` of a DPoP proof. */
export const DPOP_TYP = 'dpop+jwt';

/** Signature algorithms of DPoP proofs, as metadata and challenges name them. */
export const DPOP_ALGORITHMS = ['ES256', 'ES384', 'EdDSA'] as const;

/** A DPoP proof is refused when it is longer than this. */
export const MAX_DPOP_PROOF_BYTES = 4096;

const headerSchema = v.object({
  typ: v.literal(DPOP_TYP),
  alg: v.picklist(DPOP_ALGORITHMS),
  jwk: publicJwkSchema,
});

const payloadSchema = v.object({
  jti: v.pipe(v.string(), v.minLength(1), v.maxLength(256)),
  htm: v.pipe(v.string(), v.maxLength(16)),
  htu: v.pipe(v.string(), v.maxLength(2048)),
  iat: epochSecondsSchema,
  ath: v.optional(v.pipe(v.string(), v.maxLength(100))),
});

/** The header of a DPoP proof: the key is in it. */
export type DpopHeader = v.InferOutput<typeof headerSchema>;

/** The payload of a DPoP proof; `ath` is there when an access token is. */
export type DpopPayload = v.InferOutput<typeof payloadSchema>;

/**
 * Parses the header of a DPoP proof.
 *
 * @see [RFC 9449 section 4.2](https://www.rfc-editor.org/rfc/rfc9449#section-4.2)
 */
export function parseDpopHeader(input: unknown): DpopHeader {
  return parseWith('DPoP header', headerSchema, input);
}

/** Parses the payload of a DPoP proof. */
export function parseDpopPayload(input: unknown): DpopPayload {
  return parseWith('DPoP payload', payloadSchema, input);
}
