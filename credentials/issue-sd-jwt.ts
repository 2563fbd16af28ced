import type {
  ClaimPath,
  JsonObject,
  P256PublicJwk,
  SdJwtFormat,
  StatusReference,
} from '@symbolon/schemas';
import type { Random, Signer } from './crypto/contract.ts';
import { didJwkOf } from './did-jwk-of.ts';
import { canonicalJwk } from './jose/jwk-thumbprint.ts';
import type { Profile } from './profiles/contract.ts';
import { profileOf } from './profiles/profile-of.ts';
import { createTemplate } from './sd-jwt/create-template.ts';
import { fillTemplate } from './sd-jwt/fill-template.ts';
import type { SdJwtTemplate } from './sd-jwt/template.ts';

/** What the copies of a card have in common. */
export type SdJwtSubject = {
  readonly format: SdJwtFormat;
  /** How the issuer's key is named; certificates leaf first, standard base64 of DER. */
  readonly header: { readonly kid: string; readonly x5c?: readonly string[] };
  /** Everything at the top level but `cnf` and `status`; in `vc+sd-jwt`, no subject identifier. */
  readonly claims: JsonObject;
  readonly selectivelyDisclosable: readonly ClaimPath[];
};

/** A card laid out once for all of its copies. */
export type PreparedSdJwt = { readonly format: SdJwtFormat; readonly template: SdJwtTemplate };

/** What one copy has of its own. */
export type SdJwtHolder = {
  readonly holderKey: P256PublicJwk;
  readonly status: StatusReference;
};

/**
 * Lays out a credential, once for all copies that one person gets.
 *
 * @throws RangeError for claims that the format does not allow: a faulty shape, a plain member that
 *   is to be disclosed selectively, a reserved name, a path that leads to nothing.
 */
export function prepareSdJwt(subject: SdJwtSubject): PreparedSdJwt {
  const { format, header, claims, selectivelyDisclosable } = subject;
  const profile = profileOf(format);
  checkContents(subject, profile);
  const template = createTemplate({
    header: { typ: format, ...(format === 'vc+sd-jwt' ? { cty: 'vc' } : {}), ...header },
    claims,
    selectivelyDisclosable,
    variables: format === 'dc+sd-jwt' ? BINDING : [...BINDING, ['credentialSubject', 'id']],
  });
  return { format, template };
}

/**
 * Issues one copy: bound to the holder's key, with a status of its own and fresh salts.
 *
 * @see SD-JWT VC section 3, VC-JOSE-COSE section 3.2.1, Token Status List section 6
 */
export function issueSdJwt(
  { format, template }: PreparedSdJwt,
  { holderKey, status }: SdJwtHolder,
  signer: Signer,
  random: Random,
): Promise<string> {
  const { idx, uri } = status;
  const variables = [
    `{"jwk":${canonicalJwk(holderKey)}}`,
    JSON.stringify({ status_list: { idx, uri } }),
  ];
  if (format === 'vc+sd-jwt') variables.push(JSON.stringify(didJwkOf(holderKey)));
  return fillTemplate(template, { variables, signer, random });
}

const BINDING: readonly ClaimPath[] = [['cnf'], ['status']];

function checkContents(
  { header, claims, selectivelyDisclosable }: SdJwtSubject,
  profile: Profile,
): void {
  if (selectivelyDisclosable.some(([member]) => profile.plainMembers.has(String(member)))) {
    throw new RangeError('a claim that decides validity cannot be disclosed selectively');
  }
  try {
    profile.describe(header, claims);
  } catch (cause) {
    throw new RangeError('the claims are not of this format', { cause });
  }
}
