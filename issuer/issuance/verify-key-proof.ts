import {
  decodeCompactJws,
  jwkThumbprint,
  type UnverifiedJws,
  verifyCompactJws,
} from '@symbolon/credentials/jose';
import {
  type EpochSeconds,
  type P256PublicJwk,
  ParseError,
  p256PublicJwkSchema,
  parseWith,
  Refusal,
} from '@symbolon/schemas';
import {
  checkKeyUse,
  KEY_PROOF_ALGORITHMS,
  KEY_PROOF_TYP,
  type KeyProofPayload,
  MAX_KEY_PROOF_BYTES,
  parseKeyProofHeader,
  parseKeyProofPayload,
} from '@symbolon/schemas/openid4vci';
import { decodeDidJwk, decodeDidKey } from '@symbolon/trust';
import type { ExpiringKey } from '../store/expiring-key.ts';
import { CredentialRequestError } from './credential-request-error.ts';

const MAX_AGE_SECONDS = 300;
const CLOCK_SKEW_SECONDS = 60;

/** A holder key whose possession was proven, and the nonce that the proof was fresh by. */
export type VerifiedKeyProof = {
  readonly holderKey: P256PublicJwk;
  /** RFC 7638, base64url: what tells two keys apart. */
  readonly thumbprint: string;
  /** Spends the `c_nonce` when it is recorded. */
  readonly nonceKey: ExpiringKey;
};

/** What a key proof is judged by. */
export type KeyProofExpectations = {
  /** The credential issuer identifier. */
  readonly expectedAudience: string;
  /** Whether `iss` names the client that the access token was given to. */
  readonly isClient: (iss: string) => boolean;
  /** @returns The key that spends a `c_nonce` of ours; `undefined` for any other text. */
  readonly nonceKeyOf: (nonce: string) => ExpiringKey | undefined;
  readonly now: EpochSeconds;
};

/**
 * Verifies one key proof of type `jwt`.
 *
 * The key is the proof's own: that is what it proves. `jwk`, or a `kid` that is a `did:jwk` or
 * `did:key` URL; a certificate (`x5c`) is not taken, since nobody is anchored for one.
 *
 * @throws {@link CredentialRequestError} `invalid_proof`, and `invalid_nonce` when everything but
 *   the nonce is in order.
 * @see [OpenID4VCI 1.0 appendix F.1](https://openid.net/specs/openid-4-verifiable-credential-issuance-1_0.html#appendix-F.1)
 */
export async function verifyKeyProof(
  jwt: string,
  expectations: KeyProofExpectations,
): Promise<VerifiedKeyProof> {
  return await asInvalidProof(async () => {
    const jws = decodeCompactJws(jwt, MAX_KEY_PROOF_BYTES);
    const holderKey = proofKey(jws);
    const payload = parseKeyProofPayload(jws.payload);
    checkPayload(payload, expectations);
    await verifyCompactJws({
      jws,
      key: holderKey,
      expectedTyp: KEY_PROOF_TYP,
      algorithms: KEY_PROOF_ALGORITHMS,
    });
    const nonceKey = checkNonce(payload.nonce, expectations.nonceKeyOf);
    return { holderKey, thumbprint: await jwkThumbprint(holderKey), nonceKey };
  });
}

function proofKey({ header }: UnverifiedJws): P256PublicJwk {
  const { jwk, kid, x5c } = parseKeyProofHeader(header);
  if ([jwk, kid, x5c].filter((member) => member !== undefined).length !== 1) {
    throw invalidProof("a key proof names its key by exactly one of 'jwk', 'kid' and 'x5c'");
  }
  if (x5c !== undefined) throw invalidProof("name the key of a proof by 'jwk', not by 'x5c'");
  if (jwk !== undefined) checkKeyUse(jwk);
  return parseWith('key proof key', p256PublicJwkSchema, kid === undefined ? jwk : didKey(kid));
}

/** The only key of a DID that is its own document, so that nothing needs to be fetched. */
function didKey(didUrl: string): unknown {
  const at = didUrl.indexOf('#');
  const [did, fragment] = at === -1 ? [didUrl, ''] : [didUrl.slice(0, at), didUrl.slice(at + 1)];
  if (did.startsWith('did:jwk:') && fragment === '0') return decodeDidJwk(did);
  if (did.startsWith('did:key:') && fragment === did.slice('did:key:'.length)) {
    return decodeDidKey(did);
  }
  throw invalidProof("'kid' must be a did:jwk or did:key URL that names the key");
}

function checkPayload(payload: KeyProofPayload, expected: KeyProofExpectations): void {
  const { now } = expected;
  if (payload.aud !== expected.expectedAudience) {
    throw invalidProof("'aud' of a key proof must be the credential issuer identifier");
  }
  if (payload.iat > now + CLOCK_SKEW_SECONDS || payload.iat <= now - MAX_AGE_SECONDS) {
    throw invalidProof(`'iat' of a key proof must be within the last ${MAX_AGE_SECONDS} s`);
  }
  if (payload.exp !== undefined && payload.exp + CLOCK_SKEW_SECONDS <= now) {
    throw invalidProof("'exp' of the key proof has passed");
  }
  if (payload.nbf !== undefined && payload.nbf > now + CLOCK_SKEW_SECONDS) {
    throw invalidProof("'nbf' of the key proof lies ahead");
  }
  if (payload.iss !== undefined && !expected.isClient(payload.iss)) {
    throw invalidProof("'iss' must be the client_id of the token request, or be left out");
  }
}

function checkNonce(
  nonce: string | undefined,
  nonceKeyOf: KeyProofExpectations['nonceKeyOf'],
): ExpiringKey {
  if (nonce === undefined) throw invalidProof("a key proof must carry a 'nonce'");
  const nonceKey = nonceKeyOf(nonce);
  if (nonceKey === undefined) {
    throw new CredentialRequestError(
      'invalid_nonce',
      'the nonce is not one of this issuer, or it has ended: ask the nonce endpoint for another',
    );
  }
  return nonceKey;
}

/** Whatever is wrong with the bytes, shape, key or signature of a proof is the proof's fault. */
async function asInvalidProof<Value>(work: () => Promise<Value>): Promise<Value> {
  try {
    return await work();
  } catch (cause) {
    if (cause instanceof CredentialRequestError) throw cause;
    if (cause instanceof ParseError) throw invalidProof(cause.message, cause);
    if (cause instanceof Refusal) throw invalidProof(`key proof: ${cause.message}`, cause);
    throw cause;
  }
}

function invalidProof(message: string, cause?: Error): CredentialRequestError {
  return new CredentialRequestError('invalid_proof', message, { cause });
}
