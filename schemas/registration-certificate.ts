import * as v from 'valibot';
import { claimPathSchema } from './claim-path.ts';
import { displayTextSchema, localisedTextSchema } from './display-text.ts';
import { epochSecondsSchema } from './epoch-seconds.ts';
import { claimValueSchema, credentialMetaSchema } from './openid4vp/dcql.ts';
import { parseWith } from './parse-error.ts';

const uriSchema = v.pipe(v.string(), v.maxLength(2048), v.regex(/^[a-z][a-z0-9+.-]*:[!-~]+$/));
const textsSchema = v.pipe(v.array(localisedTextSchema), v.minLength(1), v.maxLength(32));

const registeredCredentialSchema = v.object({
  format: v.pipe(v.string(), v.regex(/^[\w+.-]{1,64}$/)),
  meta: credentialMetaSchema,
  claim: v.pipe(
    v.array(
      v.object({
        path: claimPathSchema,
        values: v.optional(v.pipe(v.array(claimValueSchema), v.minLength(1), v.maxLength(64))),
      }),
    ),
    v.minLength(1),
    v.maxLength(128),
  ),
});

const registrationSchema = v.object({
  /** Trade name. */
  name: displayTextSchema,
  /** Legal name. */
  sub_ln: displayTextSchema,
  /** The organisation identifier of the access certificate it belongs to. */
  sub: v.pipe(v.string(), v.maxLength(200), v.regex(/^[A-Z]{5}-[!-~]+$/)),
  country: v.pipe(v.string(), v.regex(/^[A-Z]{2}$/)),
  registry_uri: v.optional(uriSchema),
  srv_description: v.optional(v.pipe(v.array(textsSchema), v.maxLength(16))),
  entitlements: v.pipe(v.array(uriSchema), v.minLength(1), v.maxLength(16)),
  privacy_policy: uriSchema,
  info_uri: v.optional(uriSchema),
  support_uri: uriSchema,
  supervisory_authority: v.optional(
    v.object({
      email: v.optional(displayTextSchema),
      phone: v.optional(displayTextSchema),
      uri: v.optional(uriSchema),
    }),
  ),
  purpose: textsSchema,
  intended_use_id: v.pipe(v.string(), v.minLength(1), v.maxLength(200)),
  credentials: v.pipe(v.array(registeredCredentialSchema), v.minLength(1), v.maxLength(32)),
  iat: epochSecondsSchema,
  exp: epochSecondsSchema,
  status: v.optional(
    v.object({
      status_list: v.object({
        idx: v.pipe(v.number(), v.safeInteger(), v.minValue(0)),
        uri: v.pipe(v.string(), v.maxLength(2048)),
      }),
    }),
  ),
});

/** What a relying party is registered for (ETSI TS 119 475), with the names of the wire. */
export type Registration = v.InferOutput<typeof registrationSchema>;

/** A credential that a relying party may ask for, and the claims of it. */
export type RegisteredCredential = Registration['credentials'][number];

/** `typ` of a registration certificate in JWT form. */
export const REGISTRATION_CERTIFICATE_TYPE = 'rc-wrp+jwt';

/** The entitlement of a party that only asks for credentials (ETSI TS 119 475). */
export const SERVICE_PROVIDER_ENTITLEMENT =
  'https://uri.etsi.org/19475/Entitlement/Service_Provider';

/**
 * Parses the payload of a registration certificate; says nothing about who signed it. Members that
 * we do not know are dropped; texts that a person will read hold no misleading controls.
 *
 * @throws {@link ParseError}
 */
export function parseRegistration(input: unknown): Registration {
  return parseWith('registration certificate', registrationSchema, input);
}
