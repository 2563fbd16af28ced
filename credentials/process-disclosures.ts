import type { JsonObject, JsonValue } from '@symbolon/schemas';
import { CredentialError } from './error.ts';
import type { UnverifiedSdJwt } from './parse-sd-jwt.ts';
import { profileOf } from './profiles/profile-of.ts';
import { type ProcessedPayload, processPayload } from './sd-jwt/process-payload.ts';

/**
 * Processes the disclosures of a presentation; what its format wants plain must be plain. The claims
 * are to be believed only when the issuer's signature holds too.
 *
 * @throws {@link CredentialError} `claim_must_be_plain`, or as {@link processPayload} says.
 * @see RFC 9901 section 7.1 steps 3 to 5, SD-JWT VC section 3.2.2.2
 */
export async function processDisclosures(sdJwt: UnverifiedSdJwt): Promise<ProcessedPayload> {
  const { plainMembers } = profileOf(sdJwt.format);
  const processed = await processPayload(sdJwt.jws.payload, sdJwt.disclosures);
  checkPlain(sdJwt.jws.payload, processed, plainMembers);
  return processed;
}

function checkPlain(
  payload: JsonObject,
  { disclosedPaths }: ProcessedPayload,
  plainMembers: ReadonlySet<string>,
): void {
  const disclosed = disclosedPaths.some(([member]) => plainMembers.has(String(member)));
  const hasDigest = Object.entries(payload).some(
    ([member, value]) => plainMembers.has(member) && holdsDigest(value),
  );
  if (!disclosed && !hasDigest) return;
  throw new CredentialError(
    'claim_must_be_plain',
    'a claim that decides validity is selectively disclosable',
  );
}

/** Whether something in it could be disclosed, or left out. */
function holdsDigest(value: JsonValue): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if ('_sd' in value || '...' in value) return true;
  return Object.values(value).some(holdsDigest);
}
