import { timingSafeEqual } from 'node:crypto';
import type { Random } from '@symbolon/credentials/crypto';
import type { EpochSeconds } from '@symbolon/schemas';
import type { IssuerAgent } from '../agent/contract.ts';
import { type ExpiringKey, expiringKey } from '../store/expiring-key.ts';

/** How long a `c_nonce` may be used. */
export const CREDENTIAL_NONCE_SECONDS = 300;

const TIME_BYTES = 4;
const RANDOM_BYTES = 16;
const MAC_BYTES = 16;
const SIGNED_BYTES = TIME_BYTES + RANDOM_BYTES;
/** 36 bytes are 48 characters exactly, so each nonce has one spelling. */
const NONCE_TEXT = /^[A-Za-z0-9_-]{48}$/;

type NonceMac = Pick<IssuerAgent, 'mac'>;

/**
 * Makes a `c_nonce`: its end, 128 random bits and a MAC over both.
 *
 * Nothing is stored until it is used, so asking for nonces fills no table.
 *
 * @see [OpenID4VCI 1.0 section 7.2](https://openid.net/specs/openid-4-verifiable-credential-issuance-1_0.html#section-7.2)
 */
export function createCredentialNonce(agent: NonceMac, now: EpochSeconds, random: Random): string {
  const nonce = Buffer.alloc(SIGNED_BYTES + MAC_BYTES);
  nonce.writeUInt32BE(now + CREDENTIAL_NONCE_SECONDS);
  nonce.set(random(RANDOM_BYTES), TIME_BYTES);
  nonce.set(macOf(agent, nonce), SIGNED_BYTES);
  return nonce.toString('base64url');
}

/**
 * The key that spends a `c_nonce` of ours.
 *
 * @returns `undefined` for a text that we did not make, and for a nonce that has ended.
 */
export function credentialNonceKey(
  agent: NonceMac,
  nonce: string,
  now: EpochSeconds,
): ExpiringKey | undefined {
  if (!NONCE_TEXT.test(nonce)) return undefined;
  const bytes = Buffer.from(nonce, 'base64url');
  if (!timingSafeEqual(macOf(agent, bytes), bytes.subarray(SIGNED_BYTES))) return undefined;
  const expiresAt = bytes.readUInt32BE();
  return now < expiresAt ? expiringKey(expiresAt, nonce) : undefined;
}

function macOf(agent: NonceMac, nonce: Uint8Array): Uint8Array {
  return agent.mac('nonce', nonce.subarray(0, SIGNED_BYTES)).subarray(0, MAC_BYTES);
}
