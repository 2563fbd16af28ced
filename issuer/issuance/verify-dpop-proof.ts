import { hash } from 'node:crypto';
import { decodeCompactJws, jwkThumbprint, verifyCompactJws } from '@symbolon/credentials/jose';
import { type EpochSeconds, Refusal } from '@symbolon/schemas';
import {
  DPOP_ALGORITHMS,
  DPOP_TYP,
  type DpopPayload,
  MAX_DPOP_PROOF_BYTES,
  parseDpopHeader,
  parseDpopPayload,
} from '@symbolon/schemas/openid4vci';
import { type ExpiringKey, expiringKey } from '../store/expiring-key.ts';
import { DpopError } from './dpop-error.ts';

const MAX_AGE_SECONDS = 120;
const CLOCK_SKEW_SECONDS = 60;

/** A DPoP proof that is in order, but for its `jti`, which the store spends. */
export type VerifiedDpopProof = {
  /** RFC 7638 thumbprint of the key, base64url. */
  readonly jkt: string;
  /** Spends the `jti` for as long as the proof could be replayed. */
  readonly jtiKey: ExpiringKey;
};

/** What a DPoP proof is judged by. */
export type DpopExpectations = {
  readonly expectedMethod: 'POST';
  /** The endpoint as it is configured, never as the request says. */
  readonly expectedUrl: string;
  /** The access token that came with the proof; `undefined` at the token endpoint. */
  readonly accessToken: string | undefined;
  readonly now: EpochSeconds;
};

/**
 * Verifies a DPoP proof (RFC 9449 section 4.3). Whether its key is the one that the token is bound
 * to, and whether its `jti` is new, the caller asks.
 *
 * @throws {@link DpopError} `invalid_dpop_proof`.
 * @see [RFC 9449 section 4.3](https://www.rfc-editor.org/rfc/rfc9449#section-4.3)
 */
export async function verifyDpopProof(
  jwt: string,
  expectations: DpopExpectations,
): Promise<VerifiedDpopProof> {
  try {
    const jws = decodeCompactJws(jwt, MAX_DPOP_PROOF_BYTES);
    const { jwk: key } = parseDpopHeader(jws.header);
    const payload = parseDpopPayload(jws.payload);
    checkPayload(payload, expectations);
    await verifyCompactJws({ jws, key, expectedTyp: DPOP_TYP, algorithms: DPOP_ALGORITHMS });
    const jkt = await jwkThumbprint(key);
    const replayableUntil = payload.iat + MAX_AGE_SECONDS;
    return { jkt, jtiKey: expiringKey(replayableUntil, `${jkt}.${payload.jti}`) };
  } catch (cause) {
    if (cause instanceof DpopError || !(cause instanceof Refusal)) throw cause;
    throw new DpopError(`DPoP proof: ${cause.message}`, { cause });
  }
}

function checkPayload(payload: DpopPayload, expected: DpopExpectations): void {
  if (payload.htm !== expected.expectedMethod) {
    throw new DpopError(`'htm' of the DPoP proof must be ${expected.expectedMethod}`);
  }
  if (normalUrl(payload.htu) !== normalUrl(expected.expectedUrl)) {
    throw new DpopError("'htu' of the DPoP proof must be this endpoint");
  }
  const age = expected.now - payload.iat;
  if (age >= MAX_AGE_SECONDS || age < -CLOCK_SKEW_SECONDS) {
    throw new DpopError(`'iat' of the DPoP proof must be within the last ${MAX_AGE_SECONDS} s`);
  }
  if (expected.accessToken !== undefined) {
    if (payload.ath !== hash('sha256', expected.accessToken, 'base64url')) {
      throw new DpopError("'ath' of the DPoP proof must be the hash of the access token");
    }
  }
}

/** RFC 9449 section 4.3 step 9: without query and fragment, after normalisation by RFC 3986. */
function normalUrl(text: string): string | undefined {
  if (!URL.canParse(text)) return undefined;
  const { username, password, origin, pathname } = new URL(text);
  return username === '' && password === '' ? origin + pathname : undefined;
}
