export {
  agreeOnP256Secret,
  createSigner,
  generateP256KeyPair,
  hmacSha256,
  openAes128Gcm,
  randomBytes,
  sha256,
  verifySignature,
} from '#crypto';
export type {
  HashAlgorithm,
  P256KeyPair,
  P256PrivateJwk,
  PrivateJwk,
  Random,
  SignatureAlgorithm,
  SignatureToVerify,
  Signer,
} from './contract.ts';
export { equalBytes } from './equal-bytes.ts';
export { sha256Base64Url } from './sha256-base64url.ts';
