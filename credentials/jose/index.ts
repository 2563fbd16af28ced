export { decodeBase64Url, encodeBase64Url } from './base64url.ts';
export { decodeCompactJws, type UnverifiedJws } from './compact-jws.ts';
export { jwkThumbprint } from './jwk-thumbprint.ts';
export { type JsonLimits, parseJson } from './parse-json.ts';
export { type JwsToSign, signCompactJws } from './sign-compact-jws.ts';
export {
  type CompactJwsToOpen,
  type JwsExpectations,
  openCompactJws,
  type VerifiedJws,
  verifyCompactJws,
} from './verify-compact-jws.ts';
