import type { P256PrivateJwk, Signer } from '@symbolon/credentials/crypto';
import { createSigner, generateP256KeyPair } from '@symbolon/credentials/crypto';
import type { P256PublicJwk } from '@symbolon/schemas';

/** A key pair of the holder, made for one credential or for one issuance. */
export type HolderKey = {
  readonly publicJwk: P256PublicJwk;
  readonly privateJwk: P256PrivateJwk;
  readonly signer: Signer;
};

/** Makes a fresh P-256 key. */
export async function createHolderKey(): Promise<HolderKey> {
  const { publicJwk, privateJwk } = await generateP256KeyPair();
  return { publicJwk, privateJwk, signer: createSigner(privateJwk) };
}
