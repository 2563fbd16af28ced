import * as v from 'valibot';
import { locationSchema } from '../location.ts';
import { parseWith } from '../parse-error.ts';

/** The grant type of the pre-authorized code flow. */
export const PRE_AUTHORIZED_CODE_GRANT = 'urn:ietf:params:oauth:grant-type:pre-authorized_code';

/** The URI scheme by which an offer reaches a wallet. */
export const CREDENTIAL_OFFER_SCHEME = 'openid-credential-offer://';

/** An offer, by value or fetched from its reference, is refused when it is longer than this. */
export const MAX_CREDENTIAL_OFFER_BYTES = 16_384;

const txCodeSchema = v.object({
  input_mode: v.optional(v.picklist(['numeric', 'text'])),
  length: v.optional(v.pipe(v.number(), v.safeInteger(), v.minValue(1), v.maxValue(64))),
  description: v.optional(v.pipe(v.string(), v.maxLength(300))),
});

const preAuthorizedCodeGrantSchema = v.object({
  'pre-authorized_code': v.pipe(v.string(), v.minLength(1), v.maxLength(512)),
  tx_code: v.optional(txCodeSchema),
  authorization_server: v.optional(locationSchema),
});

const authorizationCodeGrantSchema = v.object({
  issuer_state: v.optional(v.pipe(v.string(), v.maxLength(2048))),
  authorization_server: v.optional(locationSchema),
});

/** Unknown parameters are ignored, as section 4.1.1 asks. */
const credentialOfferSchema = v.object({
  credential_issuer: locationSchema,
  credential_configuration_ids: v.pipe(
    v.array(v.pipe(v.string(), v.minLength(1), v.maxLength(200))),
    v.minLength(1),
    v.maxLength(32),
    v.check((ids) => new Set(ids).size === ids.length, 'unique'),
  ),
  grants: v.optional(
    v.object({
      authorization_code: v.optional(authorizationCodeGrantSchema),
      [PRE_AUTHORIZED_CODE_GRANT]: v.optional(preAuthorizedCodeGrantSchema),
    }),
  ),
});

/** A credential offer, with the names of the wire. Nothing in it is signed: trust none of it. */
export type CredentialOffer = v.InferOutput<typeof credentialOfferSchema>;

/** What an offer says about the transaction code that the person was told separately. */
export type OfferedTxCode = v.InferOutput<typeof txCodeSchema>;

/**
 * Parses a credential offer.
 *
 * @see [OpenID4VCI 1.0 section 4.1.1](https://openid.net/specs/openid-4-verifiable-credential-issuance-1_0.html#section-4.1.1)
 */
export function parseCredentialOffer(input: unknown): CredentialOffer {
  return parseWith('credential offer', credentialOfferSchema, input);
}
