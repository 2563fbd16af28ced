import type { ClaimPath } from '../claim-path.ts';
import { type ClaimRow, IDENTITY_CARD_CLAIMS } from './claim-table.ts';
import { CREDENTIAL_FORMATS, type CredentialFormat } from './credential-format.ts';

/** A kind of credential, the same person data in several formats. */
export type CredentialType = {
  readonly name: string;
  /** `vct` of the SD-JWT VC form; the trust bundle names types by it, in every format. */
  readonly vct: string;
  /** `@context` and `type` of the W3C forms. */
  readonly w3cContext: readonly string[];
  readonly w3cContext11: readonly string[];
  readonly w3cTypes: readonly string[];
  readonly formats: readonly CredentialFormat[];
  readonly display: string;
  readonly claims: readonly ClaimRow[];
};

/** The virtual identity card. */
export const IDENTITY_CARD: CredentialType = {
  name: 'identity-card',
  vct: 'urn:symbolon:identity-card:1',
  w3cContext: ['https://www.w3.org/ns/credentials/v2', 'urn:symbolon:context:identity-card:1'],
  w3cContext11: ['https://www.w3.org/2018/credentials/v1', 'urn:symbolon:context:identity-card:1'],
  w3cTypes: ['VerifiableCredential', 'SymbolonIdentityCard'],
  formats: CREDENTIAL_FORMATS,
  display: 'Identity card',
  claims: IDENTITY_CARD_CLAIMS,
};

/** Every type that this authority knows. */
export const CREDENTIAL_TYPES: readonly CredentialType[] = [IDENTITY_CARD];

/** The trust framework named in `verified_claims`: ours, since nobody has assessed us. */
export const TRUST_FRAMEWORK = 'urn:symbolon:trust-framework:1';

/** How sure the authority is of the person; `advanced` includes `basic`. */
export type AssuranceLevel = 'basic' | 'advanced';

/** Whether a credential's level is at least the one that is asked for. */
export function reachesLevel(actual: unknown, asked: AssuranceLevel): boolean {
  return actual === 'advanced' || (actual === 'basic' && asked === 'basic');
}

/** A credential configuration identifier and what it stands for (OpenID4VCI 1.0 section 12.2.4). */
export type CredentialConfiguration = {
  readonly id: string;
  readonly type: CredentialType;
  readonly format: CredentialFormat;
};

/** Every configuration on offer, by identifier `<type>_<format>`. */
export const CREDENTIAL_CONFIGURATIONS: ReadonlyMap<string, CredentialConfiguration> = new Map(
  CREDENTIAL_TYPES.flatMap((type) =>
    type.formats.map((format) => {
      const id = `${type.name}_${format}`;
      return [id, { id, type, format }] as const;
    }),
  ),
);

/** The type with this `vct`, or `undefined`. */
export function getCredentialTypeByVct(vct: string): CredentialType | undefined {
  return CREDENTIAL_TYPES.find((type) => type.vct === vct);
}

/** The type whose W3C `type` member this is, in this order, or `undefined`. */
export function getCredentialTypeByW3cTypes(types: readonly string[]): CredentialType | undefined {
  return CREDENTIAL_TYPES.find(
    ({ w3cTypes }) =>
      w3cTypes.length === types.length && w3cTypes.every((each, at) => each === types[at]),
  );
}

/**
 * Where a claim stands in a credential of this format.
 *
 * @throws RangeError for a claim that the type does not have.
 */
export function claimPathOf(
  type: CredentialType,
  claimName: string,
  format: CredentialFormat,
): ClaimPath {
  const row = type.claims.find(({ name }) => name === claimName);
  if (row === undefined) throw new RangeError(`${type.name} has no claim '${claimName}'`);
  return format === 'dc+sd-jwt' ? row.path : ['credentialSubject', ...row.path];
}
