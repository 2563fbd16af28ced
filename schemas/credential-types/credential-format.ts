import * as v from 'valibot';

/** The formats in which the authority hands out a credential, by their OpenID4VCI identifiers. */
export const CREDENTIAL_FORMATS = ['dc+sd-jwt', 'vc+sd-jwt', 'jwt_vc_json'] as const;

/** A credential format identifier (OpenID4VCI 1.0 appendix A); `vc+sd-jwt` is our extension. */
export type CredentialFormat = (typeof CREDENTIAL_FORMATS)[number];

/** A format that discloses claims one by one, and that a policy may accept. */
export type SdJwtFormat = 'dc+sd-jwt' | 'vc+sd-jwt';

/** One of {@link CREDENTIAL_FORMATS}. */
export const credentialFormatSchema = v.picklist(CREDENTIAL_FORMATS);
