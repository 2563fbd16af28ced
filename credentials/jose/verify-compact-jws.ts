import type { JsonObject, PublicJwk } from '@symbolon/schemas';
import { verifySignature } from '#crypto';
import type { SignatureAlgorithm } from '../crypto/contract.ts';
import { CredentialError } from '../error.ts';
import { decodeObject, splitCompactJws, type UnverifiedJws } from './compact-jws.ts';

const utf8 = new TextEncoder();

const ALGORITHMS: ReadonlyMap<string, SignatureAlgorithm> = new Map([
  ['ES256', 'ES256'],
  ['ES384', 'ES384'],
  ['EdDSA', 'EdDSA'],
  // RFC 9864 gives the only curve that we take its own name.
  ['Ed25519', 'EdDSA'],
]);

/** Every algorithm that we accept. */
export const ALL_ALGORITHMS: readonly SignatureAlgorithm[] = ['ES256', 'ES384', 'EdDSA'];

/** A JWS whose signature was checked with the key that was expected. */
export type VerifiedJws = { readonly header: JsonObject; readonly payload: JsonObject };

/** What a JWS is judged by. */
export type JwsExpectations = {
  readonly jws: UnverifiedJws;
  /** Found elsewhere: in a trust bundle, a `cnf` claim, or the proof whose key is in question. */
  readonly key: PublicJwk;
  readonly expectedTyp: string;
  readonly algorithms: readonly SignatureAlgorithm[];
};

/** What {@link openCompactJws} is given. */
export type CompactJwsToOpen = Omit<JwsExpectations, 'jws'> & {
  readonly compact: string;
  readonly maxBytes: number;
};

type SignatureExpectations = Omit<JwsExpectations, 'jws' | 'expectedTyp'> & {
  readonly jws: Omit<UnverifiedJws, 'payload'>;
};

/** Far more than a header or a signature that we make, and nothing to read. */
const MAX_OUTER_LENGTH = 16_384;

/**
 * Opens a compact JWS whose key is known beforehand. The signature is verified over the text as it
 * came, and only then is the payload read: what nobody signed costs a hash, however large it is.
 *
 * @throws {@link CredentialError} what `decodeCompactJws` and {@link verifyCompactJws} throw.
 */
export async function openCompactJws(expectations: CompactJwsToOpen): Promise<VerifiedJws> {
  const { compact, maxBytes, key, expectedTyp, algorithms } = expectations;
  const limits = { maxLength: maxBytes, maxOuterLength: MAX_OUTER_LENGTH };
  const jws = splitCompactJws(compact, limits);
  checkType(jws.typ, expectedTyp);
  await verifyJwsSignature({ jws, key, algorithms });
  return { header: jws.header, payload: decodeObject(jws.encodedPayload, maxBytes) };
}

/**
 * Verifies a compact JWS: type, algorithm, signature (RFC 7515 section 5.2, RFC 8725 section 3).
 *
 * @throws {@link CredentialError} `format_mismatch`, `algorithm_not_allowed`, `key_not_allowed` when
 *   the header offers another key, `signature_invalid`.
 */
export async function verifyCompactJws(expectations: JwsExpectations): Promise<VerifiedJws> {
  const { jws, expectedTyp } = expectations;
  checkType(jws.typ, expectedTyp);
  await verifyJwsSignature(expectations);
  return { header: jws.header, payload: jws.payload };
}

/** As {@link verifyCompactJws}, for one whose type is judged elsewhere. */
export async function verifyJwsSignature({
  jws,
  key,
  algorithms,
}: SignatureExpectations): Promise<void> {
  const alg = ALGORITHMS.get(jws.alg);
  if (alg === undefined || !algorithms.includes(alg)) {
    throw new CredentialError('algorithm_not_allowed', "'alg' of the JWS is not accepted here");
  }
  checkEmbeddedKey(jws, key);
  const { signingInput, signature } = jws;
  if (await verifySignature({ alg, key, data: utf8.encode(signingInput), signature })) return;
  throw new CredentialError('signature_invalid', 'the signature is not of the expected key');
}

function checkType(typ: string | undefined, expectedTyp: string): void {
  if (typ === expectedTyp) return;
  throw new CredentialError('format_mismatch', `'typ' of the JWS must be '${expectedTyp}'`);
}

/** A header may repeat the key that decides, but not offer another. */
function checkEmbeddedKey(
  { embeddedKey }: Pick<UnverifiedJws, 'embeddedKey'>,
  key: PublicJwk,
): void {
  if (embeddedKey === undefined) return;
  const y = 'y' in key ? key.y : undefined;
  const { kty, crv, x, y: embeddedY } = embeddedKey;
  if (kty === key.kty && crv === key.crv && x === key.x && embeddedY === y) return;
  throw new CredentialError('key_not_allowed', "'jwk' of the JWS header is not the expected key");
}
