import type { PublicJwk } from '@symbolon/schemas';
import {
  type DIDDocument,
  type DIDResolutionResult,
  type DIDResolver,
  type Resolvable,
  Resolver,
} from 'did-resolver';
import { didDocumentOf } from '../bundle-index.ts';
import { TrustError } from '../error.ts';
import type { TrustBundle } from '../trust-bundle.ts';
import { decodeDidJwk } from './did-jwk.ts';
import { decodeDidKey } from './did-key.ts';

/** Judged before any pattern looks at it. */
const MAX_DID_URL_LENGTH = 4096;

/**
 * Resolves DIDs without a network: did:web out of the trust bundle and from nowhere else, did:jwk and
 * did:key out of themselves.
 *
 * As the DID resolution specification wants it, a failure is not thrown: it is
 * `didResolutionMetadata.error`, one of `invalidDid`, `notFound`, `unsupportedDidMethod`,
 * `invalidPublicKey` and `unsupportedPublicKeyType`.
 *
 * @param bundle - Names the did:web documents that exist, as far as this device is concerned.
 * @see [DID Resolution](https://www.w3.org/TR/did-resolution/)
 */
export function createDidResolver(bundle: TrustBundle): Resolvable {
  const resolver = new Resolver({
    web: async (did): Promise<DIDResolutionResult> => found(didDocumentOf(bundle, did)),
    jwk: selfContained((did) => documentOf(did, `${did}#0`, decodeDidJwk(did))),
    key: selfContained((did) => {
      const fragment = did.slice('did:key:'.length);
      return documentOf(did, `${did}#${fragment}`, decodeDidKey(did));
    }),
  });
  return {
    resolve: async (didUrl, options): Promise<DIDResolutionResult> =>
      didUrl.length > MAX_DID_URL_LENGTH ? failed('invalidDid') : resolver.resolve(didUrl, options),
  };
}

function selfContained(decode: (did: string) => DIDDocument): DIDResolver {
  return async (did) => {
    try {
      return found(decode(did));
    } catch (error) {
      if (!(error instanceof TrustError)) throw error;
      if (error.code === 'did_key_invalid') return failed('invalidPublicKey');
      return failed(
        error.code === 'did_key_unsupported' ? 'unsupportedPublicKeyType' : 'invalidDid',
      );
    }
  };
}

function documentOf(did: string, id: string, publicKeyJwk: PublicJwk): DIDDocument {
  const method = { id, type: 'JsonWebKey', controller: did, publicKeyJwk: { ...publicKeyJwk } };
  return { id: did, verificationMethod: [method], assertionMethod: [id], authentication: [id] };
}

function found(didDocument: DIDDocument | undefined): DIDResolutionResult {
  if (didDocument === undefined) return failed('notFound');
  const didResolutionMetadata = { contentType: 'application/did+json' };
  return { didResolutionMetadata, didDocument, didDocumentMetadata: {} };
}

function failed(error: string): DIDResolutionResult {
  return { didResolutionMetadata: { error }, didDocument: null, didDocumentMetadata: {} };
}
