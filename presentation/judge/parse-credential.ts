import { parseJwtVc, parseSdJwt, type UnverifiedSdJwt } from '@symbolon/credentials/check';
import type { UnverifiedJws } from '@symbolon/credentials/jose';
import { type CredentialFormat, getCredentialTypeByW3cTypes } from '@symbolon/schemas';

/** A credential of any format, taken apart; nothing of it has been verified. */
export type UnverifiedCredential = {
  readonly format: CredentialFormat;
  readonly jws: UnverifiedJws;
  /** Only of a format that discloses claims one by one. */
  readonly sdJwt: UnverifiedSdJwt | undefined;
  readonly issuer: string | undefined;
  /** As the trust bundle names types; `undefined` for a W3C type that we do not know. */
  readonly vct: string | undefined;
  readonly kid: string | undefined;
  readonly x5c: readonly string[] | undefined;
};

/**
 * Parses a credential or a presentation of it in the format that is expected.
 *
 * @throws CredentialError as `parseSdJwt` and `parseJwtVc`.
 */
export function parseCredential(compact: string, format: CredentialFormat): UnverifiedCredential {
  if (format === 'jwt_vc_json') {
    const { jws, issuer, typeNames, kid } = parseJwtVc(compact);
    const vct = vctOf(format, typeNames);
    return { format, jws, sdJwt: undefined, issuer, vct, kid, x5c: undefined };
  }
  const sdJwt = parseSdJwt(compact, format);
  const { jws, issuer, typeNames, kid, x5c } = sdJwt;
  return { format, jws, sdJwt, issuer, vct: vctOf(format, typeNames), kid, x5c };
}

function vctOf(format: CredentialFormat, typeNames: readonly string[]): string | undefined {
  return format === 'dc+sd-jwt' ? typeNames[0] : getCredentialTypeByW3cTypes(typeNames)?.vct;
}
