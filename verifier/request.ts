import {
  generateP256KeyPair,
  type P256PrivateJwk,
  type Random,
  type Signer,
} from '@symbolon/credentials/crypto';
import { encodeBase64Url } from '@symbolon/credentials/jose';
import { createPolicyQuery, createRequestObject } from '@symbolon/presentation';
import type { EpochSeconds, Policy } from '@symbolon/schemas';
import type { DcqlQuery } from '@symbolon/schemas/openid4vp';

const NONCE_BYTES = 16;

/** As whom a desk asks. */
export type RequestingDesk = {
  /** Standard base64 DER, leaf first, without the anchor. */
  readonly accessCertificates: readonly string[];
  readonly registrationCertificate: string;
  /** With the private key of the access certificate's leaf. */
  readonly signer: Signer;
};

/** A request that was made, with the secret that opens its answer. */
export type PresentationRequest = {
  /** Name of the policy it asks under. */
  readonly policy: string;
  /** The signed request object: what the wallet is shown. */
  readonly compact: string;
  readonly clientId: string;
  /** base64url of 128 random bits. */
  readonly nonce: string;
  /** Names the exchange in frames: 4 bytes. */
  readonly sid: Uint8Array<ArrayBuffer>;
  readonly query: DcqlQuery;
  /** Of the one-time key that this request's answer, and no other, is sealed to. */
  readonly responsePrivateJwk: P256PrivateJwk;
};

/**
 * Makes a request: a fresh nonce, a fresh key for the answer, signed as this desk.
 *
 * Either SD-JWT form of the policy's credential satisfies it.
 *
 * @param now - The trusted time; the wallet refuses a request that is older than five minutes.
 */
export async function createPresentationRequest(
  policy: Policy,
  desk: RequestingDesk,
  { random, now }: { readonly random: Random; readonly now: EpochSeconds },
): Promise<PresentationRequest> {
  const query = createPolicyQuery(policy, ['dc+sd-jwt', 'vc+sd-jwt']);
  const nonce = encodeBase64Url(random(NONCE_BYTES));
  const { publicJwk, privateJwk } = await generateP256KeyPair();
  const { accessCertificates, registrationCertificate, signer } = desk;
  const created = await createRequestObject({
    query,
    accessCertificates,
    registrationCertificate,
    responseKey: publicJwk,
    nonce,
    now,
    signer,
  });
  return { policy: policy.name, nonce, query, responsePrivateJwk: privateJwk, ...created };
}
