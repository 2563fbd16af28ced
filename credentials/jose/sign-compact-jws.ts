import type { JsonObject } from '@symbolon/schemas';
import { encodeTextBase64Url } from '#crypto';
import type { Signer } from '../crypto/contract.ts';
import { encodeBase64Url } from './base64url.ts';

const utf8 = new TextEncoder();

/** What {@link signCompactJws} signs; `alg` is the signer's. */
export type JwsToSign = {
  readonly header: JsonObject & { readonly typ: string };
  readonly payload: JsonObject;
  readonly signer: Signer;
};

/** Signs a compact JWS (RFC 7515 section 5.1). */
export function signCompactJws({ header, payload, signer }: JwsToSign): Promise<string> {
  const encodedHeader = encodeTextBase64Url(JSON.stringify({ alg: signer.alg, ...header }));
  return signParts(`${encodedHeader}.${encodeTextBase64Url(JSON.stringify(payload))}`, signer);
}

/** Signs the first two parts of a compact JWS, and adds the third. */
export async function signParts(signingInput: string, signer: Signer): Promise<string> {
  const signature = await signer.sign(utf8.encode(signingInput));
  return `${signingInput}.${encodeBase64Url(signature)}`;
}
