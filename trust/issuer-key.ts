import { CLOCK_SKEW_SECONDS, type EpochSeconds, type PublicJwk } from '@symbolon/schemas';
import { bundleIndex, type IndexedIssuer, type IndexedKey } from './bundle-index.ts';
import { isSameKey } from './did/public-key.ts';
import { findVerificationKey } from './did/verification-method.ts';
import { TrustError } from './error.ts';
import type { TrustBundle } from './trust-bundle.ts';

/** Which key is asked for, as the signed header and payload name it. */
export type IssuerKeyQuery = {
  /** The credential's `iss`: an https URL or a did:web, compared exactly. */
  readonly issuer: string;
  /** The `kid` of the protected header; for a DID the whole DID URL. */
  readonly kid: string;
  /** The `x5c` of the protected header, if it has one. */
  readonly x5c?: readonly string[] | undefined;
} & (
  | { readonly use: 'credential' /** A `vct`. */; readonly credentialType: string }
  | { readonly use: 'status'; readonly credentialType?: undefined }
);

const GET_BUNDLE = { hint: 'if the issuer is new or changed its keys, import a new trust bundle' };

/**
 * Finds the public key that an issuer signs with.
 *
 * Trust is decided here and nowhere else: a key that this function did not return must not be used
 * to verify a credential or a status list. The certificates need no parser here: the path to the
 * bundle's own copy was checked at import, so it is enough that `x5c` repeats it byte for byte.
 *
 * A bundle that has expired still answers: then it is the status that cannot be told.
 *
 * @throws {@link TrustError} `issuer_untrusted`; `issuer_key_unknown`, also for a key that is meant
 *   for another use; `issuer_certificate_mismatch`; `credential_type_not_allowed`;
 *   `issuer_key_revoked`, `issuer_key_expired` and `issuer_key_not_yet_valid` at `now`.
 * @see [RFC 7515 sections 4.1.4 and 4.1.6](https://www.rfc-editor.org/rfc/rfc7515#section-4.1.4)
 */
export function findIssuerKey(
  bundle: TrustBundle,
  query: IssuerKeyQuery,
  now: EpochSeconds,
): PublicJwk {
  const issuer = bundle[bundleIndex].issuers.get(query.issuer);
  if (issuer === undefined) {
    throw new TrustError('issuer_untrusted', 'the trust bundle does not name this issuer', {
      hint: 'check that the trust bundle is the right authority’s, and import a new one',
    });
  }
  const indexed = findKey(issuer, query);
  checkCertificates(indexed, query.x5c);
  if (query.use === 'credential' && !issuer.entry.credential_types.includes(query.credentialType)) {
    const message = 'the trust bundle does not allow this issuer to issue this type of credential';
    throw new TrustError('credential_type_not_allowed', message);
  }
  checkKeyTimes(indexed, now);
  return indexed.key.jwk;
}

function findKey(issuer: IndexedIssuer, { issuer: name, kid, use }: IssuerKeyQuery): IndexedKey {
  const byDid = name === issuer.entry.did;
  const prefix = `${name}#`;
  if (byDid && !kid.startsWith(prefix)) {
    throw new TrustError('issuer_key_unknown', "'kid' is not a DID URL of this issuer");
  }
  const indexed = issuer.keys.get(byDid ? kid.slice(prefix.length) : kid);
  if (indexed === undefined || !indexed.key.uses.includes(use)) {
    const message = `the trust bundle names no such key of this issuer for the use '${use}'`;
    throw new TrustError('issuer_key_unknown', message, GET_BUNDLE);
  }
  if (byDid) checkDidDocument(issuer, kid, indexed.key.jwk);
  return indexed;
}

/** The DID document, too, must say that the key is for assertions, and must mean the same key. */
function checkDidDocument(issuer: IndexedIssuer, didUrl: string, jwk: PublicJwk): void {
  if (issuer.agreedDidUrls.has(didUrl)) return;
  if (!isSameKey(assertionKeyOf(issuer, didUrl), jwk)) {
    throw new TrustError('issuer_key_unknown', 'the DID document names another key by this name');
  }
  issuer.agreedDidUrls.add(didUrl);
}

function assertionKeyOf({ didDocument }: IndexedIssuer, didUrl: string): PublicJwk {
  try {
    return findVerificationKey(didDocument, didUrl, 'assertionMethod');
  } catch (cause) {
    if (!(cause instanceof TrustError)) throw cause;
    throw new TrustError('issuer_key_unknown', cause.message, { cause });
  }
}

function checkCertificates({ key }: IndexedKey, x5c: readonly string[] | undefined): void {
  if (x5c === undefined) return;
  const { certificates } = key;
  const agrees =
    x5c.length > 0 &&
    x5c.length <= certificates.length &&
    x5c.every((certificate, at) => certificate === certificates[at]);
  if (!agrees) {
    const message = "'x5c' is not the certificate that the trust bundle names for this key";
    throw new TrustError('issuer_certificate_mismatch', message, GET_BUNDLE);
  }
}

function checkKeyTimes({ key, revokedAt }: IndexedKey, now: EpochSeconds): void {
  if (revokedAt !== undefined && !(now + CLOCK_SKEW_SECONDS < revokedAt)) {
    throw new TrustError('issuer_key_revoked', "the issuer's key was revoked");
  }
  if (!(now < key.valid_until + CLOCK_SKEW_SECONDS)) {
    const message = `the issuer's key expired ${now - key.valid_until} s ago`;
    throw new TrustError('issuer_key_expired', message, GET_BUNDLE);
  }
  if (!(now >= key.valid_from - CLOCK_SKEW_SECONDS)) {
    const message = `the issuer's key becomes valid in ${key.valid_from - now} s`;
    throw new TrustError('issuer_key_not_yet_valid', message, {
      hint: "check this device's clock",
    });
  }
}
