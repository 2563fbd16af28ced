import { createPolicyQuery } from '@symbolon/presentation';
import { getPolicy } from '@symbolon/schemas';
import type { Registration } from '@symbolon/schemas/registration-certificate';
import type { RelyingPartyRegistration } from '@symbolon/schemas/relying-party';
import { IssuerError } from '../error.ts';

/**
 * What a relying party may ask for: the claims of its file, or, for a policy, exactly those of the
 * query that a desk under that policy makes, in every format that the policy accepts.
 *
 * @throws {@link IssuerError} `policy_unknown`.
 */
export function registeredCredentials({
  policy: policyName,
  credentials = [],
}: RelyingPartyRegistration): Registration['credentials'] {
  if (policyName === undefined) return credentials;
  const policy = getPolicy(policyName);
  if (policy === undefined) {
    throw new IssuerError('policy_unknown', "the file names a 'policy' that there is not");
  }
  const query = createPolicyQuery(policy, ['dc+sd-jwt', 'vc+sd-jwt']);
  return query.credentials.map(({ format, meta, claims = [] }) => ({
    format,
    meta,
    claim: claims.map(({ path, values }) => (values === undefined ? { path } : { path, values })),
  }));
}
