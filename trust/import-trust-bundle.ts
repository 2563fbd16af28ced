import { CLOCK_SKEW_SECONDS, type EpochSeconds, type TrustAnchor } from '@symbolon/schemas';
import { bundleIndex } from './bundle-index.ts';
import { isSameKey } from './did/public-key.ts';
import { TrustError } from './error.ts';
import { statusTokenTimes } from './status/status-tokens.ts';
import { openTrustBundle, type TrustBundle } from './trust-bundle.ts';

/** What {@link importTrustBundle} judges. */
export type TrustBundleImport = {
  readonly compact: string;
  readonly anchor: TrustAnchor;
  /** The bundle held so far, or `undefined` on the first import. */
  readonly held: TrustBundle | undefined;
  readonly now: EpochSeconds;
};

/**
 * Judges a trust bundle that shall replace the one held.
 *
 * The caller keeps the result's `compact` and, when its `anchor` has another key than before, that
 * anchor. Importing the held bundle once more is no failure, also under another signature of its
 * anchor.
 *
 * @throws {@link TrustError} what `openTrustBundle` throws; `bundle_expired`; `bundle_rollback` for
 *   anything older than what is held, be it the bundle or one of its status lists;
 *   `bundle_invalid` for a status list that occurs twice, and when an issuer's certificates do not
 *   lead to its certificate authorities.
 */
export async function importTrustBundle(offered: TrustBundleImport): Promise<TrustBundle> {
  const { held, now } = offered;
  const bundle = await openUnderAnchor(offered);
  if (!(now < bundle.document.expires_at + CLOCK_SKEW_SECONDS)) {
    const age = now - bundle.document.expires_at;
    throw new TrustError('bundle_expired', `the trust bundle expired ${age} s ago`, {
      hint: 'get a newer trust bundle from the authority',
    });
  }
  if (held !== undefined && isSameBundle(held, bundle)) return bundle;
  checkStatusLists(bundle);
  if (held !== undefined) checkNoRollback(held, bundle);
  await checkIssuerCertificates(bundle, now);
  return bundle;
}

/** The present anchor, or the one that the held bundle announced under the present anchor. */
async function openUnderAnchor({
  compact,
  anchor,
  held,
  now,
}: TrustBundleImport): Promise<TrustBundle> {
  const announced =
    held !== undefined && isSameKey(held.anchor.key, anchor.key)
      ? held.document.next_anchor
      : undefined;
  try {
    return await openTrustBundle(compact, anchor, now);
  } catch (error) {
    const isOtherKey = error instanceof TrustError && error.code === 'bundle_signature_invalid';
    if (announced === undefined || !isOtherKey) throw error;
    return await openTrustBundle(compact, { ...anchor, key: announced }, now);
  }
}

/** Under another anchor it is not: a device may then hold the file of one and the key of the other. */
function isSameBundle(held: TrustBundle, offered: TrustBundle): boolean {
  return held.digest === offered.digest && isSameKey(held.anchor.key, offered.anchor.key);
}

/** Of two tokens for one list, the older could stay unseen behind the newer. */
function checkStatusLists(bundle: TrustBundle): void {
  for (const token of bundle[bundleIndex].statusTokens().values()) {
    if (token !== 'repeated') continue;
    throw new TrustError('bundle_invalid', 'the trust bundle carries a status list twice');
  }
}

function checkNoRollback(held: TrustBundle, offered: TrustBundle): void {
  const [before, after] = [held.document, offered.document];
  if (after.sequence < before.sequence) {
    const message = `trust bundle ${after.sequence} is older than ${before.sequence}, which is held`;
    throw new TrustError('bundle_rollback', message);
  }
  // One number, two contents: somebody is shown something else than others are.
  if (after.sequence === before.sequence) {
    const message = `another trust bundle with the number ${after.sequence} is held`;
    throw new TrustError('bundle_rollback', message, { hint: 'report this to the authority' });
  }
  if (after.issued_at < before.issued_at) {
    const message = `trust bundle ${after.sequence} was issued before ${before.sequence}, which is held`;
    throw new TrustError('bundle_rollback', message);
  }
  const heldTimes = statusTokenTimes(before.status_lists);
  for (const [uri, issuedAt] of statusTokenTimes(after.status_lists)) {
    if (issuedAt < (heldTimes.get(uri) ?? 0)) {
      const message = `trust bundle ${after.sequence} carries an older status list than is held`;
      throw new TrustError('bundle_rollback', message);
    }
  }
}

/** The parser of certificates takes 100 ms to load, so only an import does. */
async function checkIssuerCertificates(bundle: TrustBundle, now: EpochSeconds): Promise<void> {
  if (bundle.document.issuers.every(({ keys }) => keys.every(hasNoCertificate))) return;
  const { verifyIssuerCertificates } = await import('./certificates/issuer-certificates.ts');
  await verifyIssuerCertificates(bundle.document, now);
}

function hasNoCertificate({ certificates }: { readonly certificates: readonly string[] }): boolean {
  return certificates.length === 0;
}
