import { type DidKeyDocument, type PublicJwk, parsePublicJwk, Refusal } from '@symbolon/schemas';
import { TrustError } from '../error.ts';
import { isPublicKey } from './public-key.ts';

/** What a key may be used for: a verification relationship of the DID document. */
export type DidRelationship = 'assertionMethod' | 'authentication';

type VerificationMethod = NonNullable<DidKeyDocument['verificationMethod']>[number];

/**
 * Finds a key in a DID document, and only where the document lets it be used for this purpose.
 *
 * @param didUrl - The DID and, after '#', the name of the key.
 * @throws {@link TrustError} `did_method_not_authorized` when the relationship does not name the key,
 *   names it twice, or another DID controls it; `did_key_invalid`.
 * @see [W3C DID 1.1 section 5.3](https://www.w3.org/TR/did-1.1/#verification-relationships)
 */
export function findVerificationKey(
  document: DidKeyDocument,
  didUrl: string,
  relationship: DidRelationship,
): PublicJwk {
  const embedded: VerificationMethod[] = [];
  let named = 0;
  for (const entry of document[relationship] ?? []) {
    if (typeof entry !== 'string') embedded.push(entry);
    else if (absolute(document, entry) === didUrl) named += 1;
  }
  const listed = named > 0 ? (document.verificationMethod ?? []) : [];
  const methods = [...embedded, ...listed].filter(({ id }) => absolute(document, id) === didUrl);
  const [method] = methods;
  if (method === undefined || methods.length > 1 || named > 1) {
    const message = `the DID document does not name this key once as ${relationship}`;
    throw new TrustError('did_method_not_authorized', message);
  }
  if (method.controller !== document.id) {
    throw new TrustError('did_method_not_authorized', 'another DID controls this key');
  }
  return publicKeyOf(method);
}

function publicKeyOf({ publicKeyJwk }: VerificationMethod): PublicJwk {
  try {
    const jwk = parsePublicJwk(publicKeyJwk);
    if (isPublicKey(jwk)) return jwk;
  } catch (cause) {
    if (!(cause instanceof Refusal)) throw cause;
    const message = 'the DID document does not hold a public key that we accept';
    throw new TrustError('did_key_invalid', message, { cause });
  }
  throw new TrustError('did_key_invalid', 'the point in the DID document is not on its curve');
}

function absolute(document: DidKeyDocument, id: string): string {
  return id.startsWith('#') ? `${document.id}${id}` : id;
}
