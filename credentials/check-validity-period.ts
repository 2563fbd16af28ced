import {
  CLOCK_SKEW_SECONDS,
  type EpochSeconds,
  type JsonObject,
  ParseError,
  parseValidity,
} from '@symbolon/schemas';
import { getEpochSeconds } from './date-time.ts';
import { CredentialError } from './error.ts';
import { isJsonObject } from './jose/parse-json.ts';

/**
 * Checks the times of a credential against the clock: `nbf` and `exp`, in data model 2.0 also
 * `validFrom` and `validUntil`, and in a JWT of data model 1.1 the dates in its `vc`. Either end may
 * be absent; one that is not a time is refused.
 *
 * @throws {@link CredentialError} `malformed`, `credential_not_yet_valid`, `credential_expired`.
 * @see RFC 9901 section 7.1 step 6, RFC 7519 section 4.1, W3C VCDM 2.0 section 4.9, 1.1
 *   section 6.3.1
 */
export function checkValidityPeriod(payload: JsonObject, now: EpochSeconds): void {
  const { nbf, exp } = parse(payload);
  const { vc } = payload;
  const starts = [nbf];
  const ends = [exp];
  if ('@context' in payload) {
    starts.push(dateOf(payload, 'validFrom'));
    ends.push(dateOf(payload, 'validUntil'));
  } else if (isJsonObject(vc)) {
    starts.push(dateOf(vc, 'issuanceDate'));
    ends.push(dateOf(vc, 'expirationDate'));
  }
  if (starts.some((start) => start !== undefined && start > now + CLOCK_SKEW_SECONDS)) {
    throw new CredentialError('credential_not_yet_valid', 'the credential is not valid yet');
  }
  if (ends.some((end) => end !== undefined && end <= now - CLOCK_SKEW_SECONDS)) {
    throw new CredentialError('credential_expired', 'the credential has expired');
  }
}

function parse(payload: JsonObject): ReturnType<typeof parseValidity> {
  try {
    return parseValidity(payload);
  } catch (cause) {
    if (!(cause instanceof ParseError)) throw cause;
    throw new CredentialError('malformed', cause.message, { cause });
  }
}

function dateOf(payload: JsonObject, name: string): EpochSeconds | undefined {
  const value = payload[name];
  if (value === undefined) return undefined;
  const seconds = typeof value === 'string' ? getEpochSeconds(value) : undefined;
  if (seconds !== undefined) return seconds;
  throw new CredentialError('malformed', `'${name}' must be a date and time with a time zone`);
}
