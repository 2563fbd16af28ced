import { ParseError, parseIssuerHeader, type SdJwtFormat } from '@symbolon/schemas';
import { checkAudience } from './check-audience.ts';
import { CredentialError } from './error.ts';
import type { Description } from './profiles/contract.ts';
import { profileOf } from './profiles/profile-of.ts';
import { type SdJwtParts, splitSdJwt } from './sd-jwt/split-sd-jwt.ts';

/** An SD-JWT in a format's shape, with what it claims to be; nothing of it has been verified. */
export type UnverifiedSdJwt = SdJwtParts &
  Description & {
    readonly format: SdJwtFormat;
    /** How the header names the issuer's key, for trust to find it. */
    readonly kid: string | undefined;
    /** Certificates, leaf first, standard base64 of DER. */
    readonly x5c: readonly string[] | undefined;
  };

/**
 * Parses an SD-JWT or SD-JWT+KB of the format that is expected.
 *
 * @throws {@link CredentialError} `malformed`, `format_mismatch`, `algorithm_not_allowed`,
 *   `extension_not_supported`, `audience_mismatch`.
 * @see RFC 9901 section 7.1 step 1 and section 9.11, SD-JWT VC section 3.2, VC-JOSE-COSE section 3.2
 */
export function parseSdJwt(compact: string, expectedFormat: SdJwtFormat): UnverifiedSdJwt {
  const parts = splitSdJwt(compact);
  const { header, typ, payload } = parts.jws;
  if (typ !== expectedFormat) {
    throw new CredentialError('format_mismatch', `'typ' must be '${expectedFormat}'`);
  }
  checkAudience(payload);
  try {
    const { issuer, typeNames } = profileOf(expectedFormat).describe(header, payload);
    const { kid, x5c } = parseIssuerHeader(header);
    return { ...parts, format: expectedFormat, issuer, typeNames, kid, x5c };
  } catch (cause) {
    if (!(cause instanceof ParseError)) throw cause;
    throw new CredentialError('format_mismatch', cause.message, { cause });
  }
}
