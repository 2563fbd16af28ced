import type { EpochSeconds } from '@symbolon/schemas';
import {
  findStatus,
  findStatusReference,
  isUndecidedCode,
  type Status,
  type TrustBundle,
  TrustError,
} from '@symbolon/trust/check';
import type { UnverifiedCredential } from './parse-credential.ts';

/**
 * What the status must be.
 *
 * `max_age`: VALID, by a list that is at most so many seconds old.
 * `not_refused`: for a holder who takes a credential, where a status that cannot be told yet (the
 * list is newer than the bundle) is no reason to throw the credential away; one that is known to be
 * revoked or suspended is.
 */
export type StatusExpectation =
  | { readonly kind: 'max_age'; readonly seconds: number }
  | { readonly kind: 'not_refused' };

/** What the status is judged by. */
export type StatusQuestion = {
  readonly bundle: TrustBundle;
  readonly issuer: string;
  readonly now: EpochSeconds;
  readonly expected: StatusExpectation;
};

/**
 * Checks a credential's status.
 *
 * @returns `undefined` only under `not_refused`: the status could not be told.
 * @throws TrustError as `findStatus` and `findStatusReference`.
 */
export async function checkStatus(
  { format, jws }: UnverifiedCredential,
  { bundle, issuer, now, expected }: StatusQuestion,
): Promise<Status | undefined> {
  const isLenient = expected.kind === 'not_refused';
  // A second mechanism beside ours could say the contrary of it.
  if ('credentialStatus' in jws.payload) {
    throw new TrustError('status_reference_invalid', "'credentialStatus' is not supported");
  }
  // This form carries no status yet, so no policy accepts it; a holder may keep it.
  if (isLenient && format === 'jwt_vc_json' && !('status' in jws.payload)) return undefined;
  const reference = findStatusReference(jws.payload);
  const maxAgeSeconds = isLenient ? Number.POSITIVE_INFINITY : expected.seconds;
  try {
    return await findStatus(bundle, reference, { issuer, maxAgeSeconds, now });
  } catch (error) {
    if (isLenient && error instanceof TrustError && isUndecidedCode(error.code)) return undefined;
    throw error;
  }
}
