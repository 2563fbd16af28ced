import * as v from 'valibot';
import { claimPathSchema } from './claim-path.ts';
import { displayTextSchema, localisedTextSchema } from './display-text.ts';
import { epochSecondsSchema } from './epoch-seconds.ts';
import { base64UrlSchema } from './jwk.ts';
import { parseWith } from './parse-error.ts';

const uriSchema = v.pipe(v.string(), v.maxLength(2048), v.regex(/^[a-z][a-z0-9+.-]*:[!-~]+$/));
/** Scheme, country and number (ETSI EN 319 412-1 section 5.1.4). */
const identifierSchema = v.pipe(
  v.string(),
  v.maxLength(64),
  v.regex(/^(?:NTR|VAT|PSD|LEI|GOV)[A-Z]{2}-[A-Za-z0-9.-]{1,50}$/),
);
const purposeSchema = v.pipe(
  v.array(v.strictObject(localisedTextSchema.entries)),
  v.minLength(1),
  v.maxLength(32),
);
const typeNameSchema = v.pipe(v.string(), v.minLength(1), v.maxLength(200));
const typeNamesSchema = v.pipe(v.array(typeNameSchema), v.minLength(1), v.maxLength(16));
const claimsSchema = v.pipe(
  v.array(v.strictObject({ path: claimPathSchema })),
  v.minLength(1),
  v.maxLength(128),
);
const credentialsSchema = v.pipe(
  v.array(
    v.variant('format', [
      v.strictObject({
        format: v.literal('dc+sd-jwt'),
        meta: v.strictObject({ vct_values: typeNamesSchema }),
        claim: claimsSchema,
      }),
      v.strictObject({
        format: v.literal('vc+sd-jwt'),
        meta: v.strictObject({
          type_values: v.pipe(v.array(typeNamesSchema), v.minLength(1), v.maxLength(16)),
        }),
        claim: claimsSchema,
      }),
    ]),
  ),
  v.minLength(1),
  v.maxLength(32),
);

const registrationSchema = v.pipe(
  v.strictObject({
    /** Trade name: what the holder is shown. */
    name: displayTextSchema,
    legal_name: v.optional(displayTextSchema),
    identifier: identifierSchema,
    country: v.pipe(v.string(), v.regex(/^[A-Z]{2}$/)),
    purpose: purposeSchema,
    /** A policy by name, or the claims themselves. */
    policy: v.optional(v.pipe(v.string(), v.regex(/^[a-z][a-z-]{0,63}$/))),
    credentials: v.optional(credentialsSchema),
    privacy_policy: uriSchema,
    support_uri: uriSchema,
    supervisory_authority: v.optional(
      v.strictObject({
        email: v.optional(displayTextSchema),
        phone: v.optional(displayTextSchema),
        uri: v.optional(uriSchema),
      }),
    ),
  }),
  v.check(
    ({ policy, credentials }) => (policy === undefined) !== (credentials === undefined),
    "exactly one of 'policy' and 'credentials'",
  ),
);

const registeredRelyingPartySchema = v.strictObject({
  name: displayTextSchema,
  legal_name: displayTextSchema,
  identifier: identifierSchema,
  policy: v.optional(v.string()),
  /** SHA-256 of the access certificate's DER, base64url. */
  access_certificate: v.pipe(base64UrlSchema, v.length(43)),
  registered_at: epochSecondsSchema,
  expires_at: epochSecondsSchema,
});

/** What a relying party asks to be registered for: the FILE of `issuer relying-party add`. */
export type RelyingPartyRegistration = v.InferOutput<typeof registrationSchema>;

/** A registered relying party, as the authority keeps it. */
export type RegisteredRelyingParty = v.InferOutput<typeof registeredRelyingPartySchema>;

/** Parses a relying-party file; an unknown or misspelt member is an error. */
export function parseRelyingPartyRegistration(input: unknown): RelyingPartyRegistration {
  return parseWith('relying party', registrationSchema, input);
}

/** Parses a registered relying party of the store. */
export function parseRegisteredRelyingParty(input: unknown): RegisteredRelyingParty {
  return parseWith('registered relying party', registeredRelyingPartySchema, input);
}
