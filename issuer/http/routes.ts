import {
  authorizationServerDocument,
  type DocumentSource,
  didDocument,
  issuerMetadataDocument,
  jwtVcIssuerDocument,
  offerDocument,
  statusListDocument,
  statusListsDocument,
  trustBundleDocument,
} from './documents.ts';
import {
  healthDocument,
  metricsDocument,
  openApiDocument,
  readinessDocument,
} from './operations.ts';
import type { ServerParts } from './server-parts.ts';

/** A path that is read with GET; `:name` stands for one segment. */
export type Route = {
  readonly path: string;
  readonly source: (parts: ServerParts) => DocumentSource;
  /** Whether what is not found there was a guess at a secret. */
  readonly secret?: true;
};

/** Paths that take POST and are served ahead of Express. */
export const HOT_PATHS = ['/token', '/nonce', '/credential'] as const;

/** Every other path: the whole route table. */
export const ROUTES: readonly Route[] = [
  { path: '/.well-known/openid-credential-issuer', source: issuerMetadataDocument },
  { path: '/.well-known/oauth-authorization-server', source: authorizationServerDocument },
  { path: '/.well-known/did.json', source: didDocument },
  { path: '/.well-known/jwt-vc-issuer', source: jwtVcIssuerDocument },
  { path: '/offers/:name', source: offerDocument, secret: true },
  { path: '/status/:name', source: statusListDocument },
  { path: '/status-lists', source: statusListsDocument },
  { path: '/trust-bundle', source: trustBundleDocument },
  { path: '/healthz', source: healthDocument },
  { path: '/readyz', source: readinessDocument },
  { path: '/metrics', source: metricsDocument },
  { path: '/openapi.json', source: openApiDocument },
];
