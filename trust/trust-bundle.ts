import { type Signer, sha256 } from '@symbolon/credentials/crypto';
import {
  encodeBase64Url,
  openCompactJws,
  parseJson,
  signCompactJws,
} from '@symbolon/credentials/jose';
import {
  CLOCK_SKEW_SECONDS,
  type EpochSeconds,
  type JsonObject,
  type JsonValue,
  parseTrustBundle,
  Refusal,
  type TrustAnchor,
  type TrustBundleDocument,
} from '@symbolon/schemas';
import { type BundleIndex, bundleIndex, createBundleIndex } from './bundle-index.ts';
import { TrustError } from './error.ts';

/** A trust bundle whose signature was checked; only {@link openTrustBundle} makes one. */
export type TrustBundle = {
  /** The compact JWS as received: what is kept on disk and handed on. */
  readonly compact: string;
  readonly document: TrustBundleDocument;
  /**
   * SHA-256 of what was signed (the first two parts of `compact` and the dot between them),
   * base64url: how a receipt names the bundle it relied on, and a device the one that it holds. The
   * signature is left out, since one content can have many.
   */
  readonly digest: string;
  /** The anchor that signed it: after an announced change, the new one, which is to be kept. */
  readonly anchor: TrustAnchor;
  readonly [bundleIndex]: BundleIndex;
};

const TYP = 'symbolon-trust-bundle+jwt';

/** Room for the lists of a whole country, and little enough to be read at once. */
const MAX_BUNDLE_LENGTH = 64_000_000;

/**
 * Makes a trust bundle: a compact JWS, ES256, under the key of the anchor.
 *
 * @param signer - Holds the anchor's private key, which signs bundles and nothing else.
 * @throws {@link TypeError} for a signer of another algorithm.
 * @throws ParseError for a document of the wrong shape.
 * @throws {@link TrustError} `bundle_invalid` for times in the wrong order or a name given twice.
 */
export async function createTrustBundle(
  document: TrustBundleDocument,
  signer: Signer,
): Promise<string> {
  if (signer.alg !== 'ES256') throw new TypeError('a trust bundle is signed with ES256');
  const payload = toJsonObject(document);
  const published = parseTrustBundle(payload);
  checkTimes(published);
  await createBundleIndex(published);
  return signCompactJws({ header: { typ: TYP }, payload, signer });
}

/**
 * Opens a trust bundle: who signed it, and what it says.
 *
 * Expiry is not judged here, because a desk that holds an expired bundle still answers, with
 * `undecided`; `importTrustBundle` is the one that refuses it.
 *
 * @param now - The clock, or for a bundle that is already held the newest signed time seen, whichever
 *   is later.
 * @throws {@link TrustError} `bundle_signature_invalid`; `bundle_of_other_authority`;
 *   `bundle_invalid` for a wrong type, shape or order of times; `bundle_from_future`.
 */
export async function openTrustBundle(
  compact: string,
  anchor: TrustAnchor,
  now: EpochSeconds,
): Promise<TrustBundle> {
  const document = await verifyBundle(compact, anchor);
  checkTimes(document);
  if (document.issued_at > now + CLOCK_SKEW_SECONDS) {
    const message = `the trust bundle was issued ${document.issued_at - now} s after this moment`;
    throw new TrustError('bundle_from_future', message, { hint: "check this device's clock" });
  }
  const signed = compact.slice(0, compact.lastIndexOf('.'));
  const digest = encodeBase64Url(await sha256(new TextEncoder().encode(signed)));
  return { compact, document, digest, anchor, [bundleIndex]: await createBundleIndex(document) };
}

async function verifyBundle(compact: string, anchor: TrustAnchor): Promise<TrustBundleDocument> {
  const { authority, demo, key } = anchor;
  try {
    const { payload } = await openCompactJws({
      compact,
      maxBytes: MAX_BUNDLE_LENGTH,
      key,
      expectedTyp: TYP,
      algorithms: ['ES256'],
    });
    const document = parseTrustBundle(payload);
    // The name and the demo mark are the anchor's: the fingerprint that a person compared covers them.
    if (document.authority === authority && document.demo === demo) return document;
  } catch (cause) {
    if (!(cause instanceof Refusal)) throw cause;
    if (cause.code === 'signature_invalid') throw signatureInvalid(cause);
    const message = `this is not a trust bundle: ${cause.message}`;
    throw new TrustError('bundle_invalid', message, { cause });
  }
  throw new TrustError('bundle_of_other_authority', 'the trust bundle is not of this authority', {
    hint: 'this device was set up for another authority',
  });
}

function signatureInvalid(cause: Refusal): TrustError {
  const message = 'the trust bundle is not signed by the key of the trust anchor';
  const hint = 'it was changed on the way, or this device was set up for another authority';
  return new TrustError('bundle_signature_invalid', message, { cause, hint });
}

function checkTimes({ issued_at, next_update, expires_at }: TrustBundleDocument): void {
  if (!(issued_at < next_update && next_update <= expires_at)) {
    const message = "expected 'issued_at' before 'next_update', and that not after 'expires_at'";
    throw new TrustError('bundle_invalid', message);
  }
}

/** The document as JSON has it: without members that are `undefined`. */
function toJsonObject(document: TrustBundleDocument): JsonObject {
  const json = parseJson(JSON.stringify(document), { maxDepth: 32, maxBytes: MAX_BUNDLE_LENGTH });
  if (isJsonObject(json)) return json;
  throw new TypeError('a trust bundle is an object');
}

function isJsonObject(value: JsonValue): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
