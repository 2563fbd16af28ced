import {
  type DidKeyDocument,
  ParseError,
  type PublicJwk,
  parseDidDocument,
} from '@symbolon/schemas';
import type { Resolvable } from 'did-resolver';
import { type DidErrorCode, TrustError } from '../error.ts';
import { type DidRelationship, findVerificationKey } from './verification-method.ts';

const CODES: Readonly<Record<string, DidErrorCode>> = {
  notFound: 'did_not_found',
  unsupportedDidMethod: 'did_method_unsupported',
  invalidPublicKey: 'did_key_invalid',
  unsupportedPublicKeyType: 'did_key_unsupported',
};

/**
 * Finds the public key that a DID URL names.
 *
 * This says which key the DID has, not that anybody trusts the DID: who may issue is decided by
 * `findIssuerKey`.
 *
 * @param didUrl - A DID with the key's name after '#': no path, no query.
 * @param relationship - What the key is used for here.
 * @throws {@link TrustError} `did_malformed`, `did_method_unsupported`, `did_not_found`,
 *   `did_key_unsupported`, `did_key_invalid`, `did_method_not_authorized`.
 */
export async function findDidKey(
  resolver: Resolvable,
  didUrl: string,
  relationship: DidRelationship,
): Promise<PublicJwk> {
  const [, did] = /^(did:[a-z0-9]{1,32}:[\w.:%-]{1,4000})#[\w.~:-]{1,4000}$/.exec(didUrl) ?? [];
  if (did === undefined) {
    throw new TrustError('did_malformed', "expected a DID, '#', and the name of a key");
  }
  return findVerificationKey(await resolveDid(resolver, did), didUrl, relationship);
}

async function resolveDid(resolver: Resolvable, did: string): Promise<DidKeyDocument> {
  const { didDocument, didResolutionMetadata } = await resolver.resolve(did);
  if (didDocument === null) {
    const code = CODES[didResolutionMetadata.error ?? ''] ?? 'did_malformed';
    throw new TrustError(code, 'the DID does not resolve');
  }
  try {
    const document = parseDidDocument(didDocument);
    if (document.id === did) return document;
  } catch (cause) {
    if (!(cause instanceof ParseError)) throw cause;
    throw new TrustError('did_malformed', `the DID document is malformed: ${cause.message}`, {
      cause,
    });
  }
  throw new TrustError('did_malformed', 'the DID document is about another DID');
}
