import type { ClaimPath } from '../claim-path.ts';
import type { JsonObject } from '../json-value.ts';
import type { CredentialType } from './credential-type.ts';

/** One claim of a type, for the reader of a card. */
type ClaimMetadata = {
  readonly path: ClaimPath;
  readonly display: readonly { readonly locale: string; readonly label: string }[];
  readonly mandatory: boolean;
  readonly sd: 'allowed' | 'never';
};

/**
 * SD-JWT VC type metadata, from the one table of claims; it travels in the trust bundle, so that
 * nobody has to fetch it.
 *
 * @see SD-JWT VC section 4 (type metadata) and 4.6 (claim metadata).
 */
export function createTypeMetadata(type: CredentialType): JsonObject {
  const claims: readonly ClaimMetadata[] = type.claims.map(({ path, display, mandatory, sd }) => ({
    path,
    display: [{ locale: 'en', label: display }],
    mandatory,
    sd,
  }));
  return {
    vct: type.vct,
    name: type.display,
    display: [{ locale: 'en', name: type.display }],
    claims,
  };
}
