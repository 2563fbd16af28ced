import { claimPathOf, type Policy, type SdJwtFormat } from '@symbolon/schemas';
import type { CredentialMeta, CredentialQuery, DcqlQuery } from '@symbolon/schemas/openid4vp';

/**
 * The query that a counter under a policy makes: the policy's claims, of its type, in any of the
 * formats; one credential satisfies it.
 *
 * @param formats - At least one; the first is the preferred one.
 * @throws RangeError for a policy that asks for a claim its type does not have.
 */
export function createPolicyQuery(policy: Policy, formats: readonly SdJwtFormat[]): DcqlQuery {
  const credentials = formats.map((format) => credentialQuery(policy, format));
  if (credentials.length === 1) return { credentials };
  return { credentials, credential_sets: [{ options: credentials.map(({ id }) => [id]) }] };
}

function credentialQuery(
  { credentialType, asks, mustBeTrue }: Policy,
  format: SdJwtFormat,
): CredentialQuery {
  const meta: CredentialMeta =
    format === 'dc+sd-jwt'
      ? { vct_values: [credentialType.vct] }
      : { type_values: [[...credentialType.w3cTypes]] };
  return {
    // An id of the query language has no '+'.
    id: `${credentialType.name}_${format.replace('+', '_')}`,
    format,
    meta,
    claims: asks.map((name) => ({
      path: [...claimPathOf(credentialType, name, format)],
      ...(mustBeTrue.includes(name) ? { values: [true] } : {}),
    })),
  };
}
