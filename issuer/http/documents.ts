import type { IncomingMessage } from 'node:http';
import type { JsonObject } from '@symbolon/schemas';
import { openOfferByReference } from '../issuance/create-offer.ts';
import { chooseMediaType } from './accept.ts';
import { createAuthorizationServerMetadata } from './authorization-server-metadata.ts';
import { createIssuerMetadata, signIssuerMetadata } from './issuer-metadata.ts';
import { RequestError } from './request-error.ts';
import type { ServerParts } from './server-parts.ts';

/** A document as it is sent. */
export type Document = {
  readonly mediaType: string;
  readonly body: string;
  /** Seconds that anybody may keep it; 0 for nobody. */
  readonly maxAgeSeconds: number;
};

/** Makes the document that a request asks for; `name` is the last part of its path, if it varies. */
export type DocumentSource = (request: IncomingMessage, name: string) => Promise<Document>;

const JSON_TYPE = 'application/json';
const METADATA_SECONDS = 300;
const BUNDLE_SECONDS = 60;
/** A revocation is to be seen soon by whoever fetches; the token's own `ttl` is longer. */
const STATUS_SECONDS = 300;

const json = (content: JsonObject, maxAgeSeconds: number): Document => ({
  mediaType: JSON_TYPE,
  body: JSON.stringify(content),
  maxAgeSeconds,
});

/** A document that is the same for every request. */
function fixed(content: JsonObject): DocumentSource {
  const document = json(content, METADATA_SECONDS);
  return async (request) => {
    acceptable(request, [JSON_TYPE]);
    return document;
  };
}

/** `/.well-known/openid-credential-issuer` (OpenID4VCI 1.0 section 12.2), signed when asked for. */
export function issuerMetadataDocument({ issuer }: ServerParts): DocumentSource {
  const plain = json(createIssuerMetadata(issuer), METADATA_SECONDS);
  return async (request) => {
    if (acceptable(request, [JSON_TYPE, 'application/jwt']) === JSON_TYPE) return plain;
    return {
      mediaType: 'application/jwt',
      body: await signIssuerMetadata(issuer, issuer.now()),
      maxAgeSeconds: METADATA_SECONDS,
    };
  };
}

/** `/.well-known/oauth-authorization-server` (RFC 8414). */
export function authorizationServerDocument({ issuer }: ServerParts): DocumentSource {
  return fixed(createAuthorizationServerMetadata(issuer.config.baseUrl));
}

/** `/.well-known/did.json` (did:web). */
export function didDocument({ issuer }: ServerParts): DocumentSource {
  const document = json(issuer.agent.didDocument, METADATA_SECONDS);
  const types = [JSON_TYPE, 'application/did+json', 'application/did'] as const;
  return async (request) => ({ ...document, mediaType: acceptable(request, types) });
}

/** `/.well-known/jwt-vc-issuer` (SD-JWT VC section 4). */
export function jwtVcIssuerDocument({ issuer }: ServerParts): DocumentSource {
  const { kid, publicJwk } = issuer.agent.credential;
  return fixed({
    issuer: issuer.config.baseUrl,
    jwks: { keys: [{ ...publicJwk, kid, use: 'sig', alg: 'ES256' }] },
  });
}

/**
 * `/status/<list>` (Token Status List section 8). A list as it was at another time (`?time=`) is
 * not kept.
 */
export function statusListDocument({ issuer }: ServerParts): DocumentSource {
  return async (request, listId) => {
    const mediaType = acceptable(request, ['application/statuslist+jwt']);
    if (/[?&]time=/.test(request.url ?? '')) {
      throw new RequestError('not_found', 'only the present status list is kept');
    }
    const body = await issuer.statusLists.getToken(listId, issuer.now());
    if (body === undefined) throw new RequestError('not_found', 'there is no such status list');
    return { mediaType, body, maxAgeSeconds: STATUS_SECONDS };
  };
}

/** `/status-lists` (Token Status List section 9.3). */
export function statusListsDocument({ issuer }: ServerParts): DocumentSource {
  return async (request) => {
    acceptable(request, [JSON_TYPE]);
    return json({ status_lists: issuer.statusLists.getUris() }, METADATA_SECONDS);
  };
}

/** `/trust-bundle`: the bundle that a verifier without a network imports. */
export function trustBundleDocument({ issuer }: ServerParts): DocumentSource {
  return async (request) => ({
    mediaType: acceptable(request, ['application/jwt']),
    body: await issuer.trustBundles.current(),
    maxAgeSeconds: BUNDLE_SECONDS,
  });
}

/** `/offers/<reference>`: a credential offer by reference (OpenID4VCI 1.0 section 4.1.3). */
export function offerDocument({ issuer }: ServerParts): DocumentSource {
  return async (request, reference) => {
    acceptable(request, [JSON_TYPE]);
    const offer = await openOfferByReference(reference, issuer, issuer.now());
    if (offer === undefined) throw new RequestError('not_found', 'there is no such offer');
    return { mediaType: JSON_TYPE, body: JSON.stringify(offer), maxAgeSeconds: 0 };
  };
}

function acceptable<const Type extends string>(
  request: IncomingMessage,
  offered: readonly Type[],
): Type {
  const type = chooseMediaType(request.headers.accept, offered);
  if (type === undefined) {
    throw new RequestError('not_acceptable', `this is served as ${offered.join(' or ')}`);
  }
  return type;
}
