import type { P256PublicJwk } from '@symbolon/schemas';

/** A key as the DID document names it. */
export type DocumentKey = { readonly name: string; readonly publicJwk: P256PublicJwk };

/**
 * The DID of an authority by its base URL: `did:web:<host>`, with a port as `%3A<port>`.
 *
 * @param baseUrl - An origin.
 * @see [did:web method](https://w3c-ccg.github.io/did-method-web/)
 */
export function didWebOf(baseUrl: string): string {
  return `did:web:${new URL(baseUrl).host.replaceAll(':', '%3A')}`;
}

/** A DID document of the shape that we publish. */
export type DidDocument = {
  '@context': string[];
  id: string;
  verificationMethod: {
    id: string;
    type: 'JsonWebKey';
    controller: string;
    publicKeyJwk: { kid: string; alg: 'ES256'; kty: 'EC'; crv: 'P-256'; x: string; y: string };
  }[];
  assertionMethod: string[];
};

/**
 * The DID document at `/.well-known/did.json`.
 *
 * Only the key that signs credentials is named for assertions: whoever resolves this document must
 * not take a credential that the status or the metadata key has signed.
 */
export function createDidDocument(
  did: string,
  keys: { readonly assertion: DocumentKey; readonly others: readonly DocumentKey[] },
): DidDocument {
  return {
    '@context': ['https://www.w3.org/ns/did/v1', 'https://www.w3.org/ns/cid/v1'],
    id: did,
    verificationMethod: [keys.assertion, ...keys.others].map(({ name, publicJwk }) => {
      const { kty, crv, x, y } = publicJwk;
      const id = `${did}#${name}`;
      const publicKeyJwk = { kid: id, alg: 'ES256', kty, crv, x, y } as const;
      return { id, type: 'JsonWebKey', controller: did, publicKeyJwk };
    }),
    assertionMethod: [`${did}#${keys.assertion.name}`],
  };
}
