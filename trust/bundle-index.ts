import {
  type DidKeyDocument,
  type EpochSeconds,
  ParseError,
  parseDidDocument,
  type TrustBundleDocument,
} from '@symbolon/schemas';
import { certificateFingerprint } from './certificate-fingerprint.ts';
import { TrustError } from './error.ts';
import type { VerifiedStatusList } from './status/status-list-token.ts';
import { indexStatusTokens, type StatusTokens } from './status/status-tokens.ts';

/** The key under which an opened bundle keeps its index; not exported from the package. */
export const bundleIndex: unique symbol = Symbol('bundle index');

/** An issuer as a bundle names it. */
export type TrustedIssuer = TrustBundleDocument['issuers'][number];

/** A key as a bundle names it, with the earliest moment at which it or its certificate was revoked. */
export type IndexedKey = {
  readonly key: TrustedIssuer['keys'][number];
  readonly revokedAt: EpochSeconds | undefined;
};

/** An issuer with what is looked up in it. */
export type IndexedIssuer = {
  readonly entry: TrustedIssuer;
  readonly didDocument: DidKeyDocument;
  readonly keys: ReadonlyMap<string, IndexedKey>;
  /** The DID URLs for which the DID document was found to agree with `keys`; a cache. */
  readonly agreedDidUrls: Set<string>;
  /** The status lists that a key of this issuer was found to have signed, by `sub`; a cache. */
  readonly statusLists: Map<string, Promise<VerifiedStatusList>>;
};

/** What is worked out once for each opened bundle. */
export type BundleIndex = {
  /** By `issuer` and by `did`. */
  readonly issuers: ReadonlyMap<string, IndexedIssuer>;
  /** Decoded on the first call, since opening a bundle does not need them. */
  readonly statusTokens: () => StatusTokens;
};

/**
 * Works out what is looked up in a bundle, and refuses a bundle in which a look-up would have two
 * answers.
 *
 * @throws {@link TrustError} `bundle_invalid`.
 */
export async function createBundleIndex(document: TrustBundleDocument): Promise<BundleIndex> {
  const revocations = revocationTimes(document);
  const issuers = new Map<string, IndexedIssuer>();
  for (const entry of document.issuers) {
    if (issuers.has(entry.issuer) || issuers.has(entry.did)) {
      throw new TrustError('bundle_invalid', 'the trust bundle names an issuer twice');
    }
    const keys = await indexKeys(entry, revocations);
    const indexed: IndexedIssuer = {
      entry,
      keys,
      didDocument: didDocumentOfEntry(entry),
      agreedDidUrls: new Set(),
      statusLists: new Map(),
    };
    issuers.set(entry.issuer, indexed);
    issuers.set(entry.did, indexed);
  }
  let tokens: StatusTokens | undefined;
  const statusTokens = (): StatusTokens => {
    tokens ??= indexStatusTokens(document.status_lists);
    return tokens;
  };
  return { issuers, statusTokens };
}

/** The did:web document that a bundle carries, or `undefined`: nothing is fetched. */
export function didDocumentOf(
  bundle: { readonly [bundleIndex]: BundleIndex },
  did: string,
): DidKeyDocument | undefined {
  const issuer = bundle[bundleIndex].issuers.get(did);
  return issuer?.entry.did === did ? issuer.didDocument : undefined;
}

type RevocationTimes = ReadonlyMap<string, EpochSeconds>;

function revocationTimes({ certificate_revocations }: TrustBundleDocument): RevocationTimes {
  const times = new Map<string, EpochSeconds>();
  for (const { certificate, revoked_at } of certificate_revocations) {
    times.set(certificate, Math.min(revoked_at, times.get(certificate) ?? revoked_at));
  }
  return times;
}

async function indexKeys(
  { keys }: TrustedIssuer,
  revocations: RevocationTimes,
): Promise<ReadonlyMap<string, IndexedKey>> {
  const indexed = new Map<string, IndexedKey>();
  for (const key of keys) {
    if (indexed.has(key.kid)) {
      throw new TrustError('bundle_invalid', 'the trust bundle names a key of an issuer twice');
    }
    indexed.set(key.kid, { key, revokedAt: await revokedAtOf(key, revocations) });
  }
  return indexed;
}

async function revokedAtOf(
  { revoked_at, certificates }: TrustedIssuer['keys'][number],
  revocations: RevocationTimes,
): Promise<EpochSeconds | undefined> {
  if (revocations.size === 0) return revoked_at;
  const fingerprints = await Promise.all(certificates.map(certificateFingerprint));
  const times = [revoked_at, ...fingerprints.map((each) => revocations.get(each))];
  const known = times.filter((time) => time !== undefined);
  return known.length === 0 ? undefined : Math.min(...known);
}

function didDocumentOfEntry({ did, did_document }: TrustedIssuer): DidKeyDocument {
  try {
    const document = parseDidDocument(did_document);
    if (document.id === did) return document;
  } catch (cause) {
    if (!(cause instanceof ParseError)) throw cause;
    throw new TrustError('bundle_invalid', `the trust bundle's ${cause.message}`, { cause });
  }
  throw new TrustError('bundle_invalid', 'a DID document in the trust bundle is about another DID');
}
