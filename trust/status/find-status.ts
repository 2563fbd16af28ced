import {
  CLOCK_SKEW_SECONDS,
  type EpochSeconds,
  type PublicJwk,
  type StatusReference,
} from '@symbolon/schemas';
import { bundleIndex, type IndexedIssuer } from '../bundle-index.ts';
import { TrustError } from '../error.ts';
import { findIssuerKey } from '../issuer-key.ts';
import type { TrustBundle } from '../trust-bundle.ts';
import { STATUS, statusAt } from './status-list.ts';
import {
  checkStatusListTimes,
  openStatusListToken,
  type VerifiedStatusList,
} from './status-list-token.ts';

/** What the caller must decide before a status is looked up. */
export type StatusExpectations = {
  /** The credential's issuer (`iss`, https or did:web): only its own keys may sign the list. */
  readonly issuer: string;
  /** How old the list may be, in seconds. */
  readonly maxAgeSeconds: number;
  readonly now: EpochSeconds;
};

/** A credential that the list calls VALID, and how old that statement is. */
export type Status = {
  readonly value: typeof STATUS.valid;
  readonly issuedAt: EpochSeconds;
  readonly ageSeconds: number;
};

const GET_BUNDLE = { hint: 'import a new trust bundle' };

/**
 * Finds the status of a credential in the lists of the trust bundle, and returns only when it is
 * VALID.
 *
 * Whether the status can be told is judged before what it says: a list that is too old gives
 * `status_stale` and not its content. A list is verified and unpacked on its first use and kept with
 * the bundle, so that further look-ups cost next to nothing.
 *
 * @throws {@link TrustError} for which `isUndecidedCode` holds: `bundle_expired`,
 *   `status_list_missing`, `status_list_invalid`, `status_stale`. Any other is a refusal:
 *   `credential_revoked`, `credential_suspended`, `status_value_unknown`,
 *   `status_index_out_of_range`, `issuer_untrusted`.
 * @see Token Status List section 8.3
 */
export async function findStatus(
  bundle: TrustBundle,
  { uri, idx }: StatusReference,
  { issuer: name, maxAgeSeconds, now }: StatusExpectations,
): Promise<Status> {
  const { expires_at } = bundle.document;
  if (!(now < expires_at + CLOCK_SKEW_SECONDS)) {
    const message = `the trust bundle expired ${now - expires_at} s ago`;
    throw new TrustError('bundle_expired', message, GET_BUNDLE);
  }
  const issuer = bundle[bundleIndex].issuers.get(name);
  if (issuer === undefined) {
    throw new TrustError('issuer_untrusted', 'the trust bundle does not name this issuer');
  }
  const list = await statusListOf(bundle, issuer, uri, now);
  checkStatusListTimes(list, now);
  const ageSeconds = Math.max(0, now - list.issuedAt);
  if (!(ageSeconds <= maxAgeSeconds)) {
    const message = `the status list is ${ageSeconds} s old, expected at most ${maxAgeSeconds} s`;
    throw new TrustError('status_stale', message, GET_BUNDLE);
  }
  const value = statusAt(list.bytes, list.bits, idx);
  if (value !== STATUS.valid) throw notValid(value);
  return { value, issuedAt: list.issuedAt, ageSeconds };
}

async function statusListOf(
  bundle: TrustBundle,
  issuer: IndexedIssuer,
  uri: string,
  now: EpochSeconds,
): Promise<VerifiedStatusList> {
  const token = bundle[bundleIndex].statusTokens().get(uri);
  if (token === undefined) {
    const message = 'the trust bundle does not carry the status list of this credential';
    throw new TrustError('status_list_missing', message, GET_BUNDLE);
  }
  if (token === 'repeated') {
    const message = 'the trust bundle carries this status list twice';
    throw new TrustError('status_list_invalid', message, GET_BUNDLE);
  }
  const key = findStatusKey(bundle, issuer, token.header['kid'], now);
  const known = issuer.statusLists.get(uri);
  if (known !== undefined) return known;
  const opened = openStatusListToken(token, uri, key);
  issuer.statusLists.set(uri, opened);
  return opened;
}

/** Looked up at each call, since a key may expire while the list is kept. */
function findStatusKey(
  bundle: TrustBundle,
  { entry }: IndexedIssuer,
  kid: unknown,
  now: EpochSeconds,
): PublicJwk {
  if (typeof kid !== 'string') {
    throw new TrustError('status_list_invalid', "the status list token has no 'kid'");
  }
  try {
    return findIssuerKey(bundle, { issuer: entry.issuer, kid, use: 'status' }, now);
  } catch (cause) {
    if (!(cause instanceof TrustError)) throw cause;
    const message = `the status list is not signed by the issuer: ${cause.message}`;
    throw new TrustError('status_list_invalid', message, { cause, ...GET_BUNDLE });
  }
}

function notValid(value: number): TrustError {
  if (value === STATUS.invalid) {
    return new TrustError('credential_revoked', 'the issuer has revoked this credential');
  }
  if (value === STATUS.suspended) {
    return new TrustError('credential_suspended', 'the issuer has suspended this credential', {
      hint: 'the holder can ask the issuer why',
    });
  }
  return new TrustError('status_value_unknown', 'the status list gives a status without a meaning');
}
