import {
  CREDENTIAL_CONFIGURATIONS,
  type CredentialConfiguration,
  type TrustBundleDocument,
} from '@symbolon/schemas';
import {
  AUTHORIZATION_SERVER_METADATA_PATH,
  type AuthorizationServerMetadata,
  type CredentialOffer,
  ISSUER_METADATA_PATH,
  type IssuerMetadata,
  MAX_CREDENTIAL_OFFER_BYTES,
  MAX_ISSUER_METADATA_BYTES,
  type OfferedTxCode,
  PRE_AUTHORIZED_CODE_GRANT,
  parseAuthorizationServerMetadata,
  parseCredentialOffer,
  parseIssuerMetadata,
} from '@symbolon/schemas/openid4vci';
import { WalletError } from '../error.ts';
import { fetchJson } from '../network/fetch-json.ts';
import { parseLocation, type Request } from '../network/request.ts';
import { parseOfferUri } from './parse-offer.ts';

/** An issuer that the trust bundle names. */
export type TrustedIssuer = TrustBundleDocument['issuers'][number];

/** An offer of a trusted issuer with all that the next steps need to know. */
export type ResolvedOffer = {
  readonly issuer: TrustedIssuer;
  readonly configurations: readonly CredentialConfiguration[];
  readonly preAuthorizedCode: string;
  /** Present, even if empty, when the issuer expects a transaction code. */
  readonly txCode: OfferedTxCode | undefined;
  readonly tokenEndpoint: string;
  readonly nonceEndpoint: string | undefined;
  readonly credentialEndpoint: string;
  /** How many credentials one request may ask for. */
  readonly batchSize: number;
  /** The authorization server binds tokens to a key (RFC 9449) with ES256. */
  readonly supportsDpop: boolean;
};

/**
 * Resolves an offer: fetches it where it is a reference, and the metadata of its issuer and of the
 * issuer's authorization server.
 *
 * An offer is signed by nobody, so it decides nothing: only origins of issuers in the trust bundle
 * are ever contacted (a hostile offer cannot make the wallet fetch from elsewhere, and no code is
 * sent elsewhere), and every endpoint must be on the origin of its issuer.
 *
 * @param issuers - The trusted issuers, from a trust bundle in force.
 * @throws {@link WalletError} `offer_malformed`, `offer_unsupported`, `issuer_not_in_bundle`,
 *   `issuer_mismatch`, `location_refused`, `credential_configuration_unsupported`, and what the
 *   network and the parsers throw.
 * @see [OpenID4VCI 1.0 section 4](https://openid.net/specs/openid-4-verifiable-credential-issuance-1_0.html#section-4)
 */
export async function resolveCredentialOffer(
  offerUri: string,
  issuers: readonly TrustedIssuer[],
  request: Request,
): Promise<ResolvedOffer> {
  const offer = await obtainOffer(offerUri, issuers, request);
  const grant = offer.grants?.[PRE_AUTHORIZED_CODE_GRANT];
  if (grant === undefined) {
    throw new WalletError('offer_unsupported', 'the offer has no pre-authorized code', {
      hint: 'ask the authority for an offer with a pre-authorized code',
    });
  }
  const configurations = offer.credential_configuration_ids.map(findConfiguration);
  const issuer = findIssuer(issuers, offer.credential_issuer);

  const metadata = await fetchIssuerMetadata(issuer, request);
  requireSameOrigin(issuer, [metadata.credential_endpoint, metadata.nonce_endpoint]);
  for (const configuration of configurations) requireOffered(metadata, configuration);

  const server = chooseAuthorizationServer(metadata, grant.authorization_server);
  requireSameOrigin(issuer, [server]);
  const serverMetadata = await fetchServerMetadata(server, request);
  requireSameOrigin(issuer, [serverMetadata.token_endpoint]);

  return {
    issuer,
    configurations,
    preAuthorizedCode: grant['pre-authorized_code'],
    txCode: grant.tx_code,
    tokenEndpoint: serverMetadata.token_endpoint,
    nonceEndpoint: metadata.nonce_endpoint,
    credentialEndpoint: metadata.credential_endpoint,
    batchSize: metadata.batch_credential_issuance?.batch_size ?? 1,
    supportsDpop: serverMetadata.dpop_signing_alg_values_supported?.includes('ES256') ?? false,
  };
}

async function obtainOffer(
  offerUri: string,
  issuers: readonly TrustedIssuer[],
  request: Request,
): Promise<CredentialOffer> {
  const parsed = parseOfferUri(offerUri);
  if (parsed.kind === 'value') return parsed.offer;
  const { origin } = parseLocation(parsed.url);
  if (!issuers.some(({ issuer }) => new URL(issuer).origin === origin)) {
    throw new WalletError(
      'location_refused',
      'the offer lies at a place that belongs to no issuer in the trust bundle',
      { hint: 'check who sent it; a new issuer needs a new trust bundle' },
    );
  }
  return parseCredentialOffer(await fetchJson(request, parsed.url, MAX_CREDENTIAL_OFFER_BYTES));
}

function findConfiguration(id: string): CredentialConfiguration {
  const configuration = CREDENTIAL_CONFIGURATIONS.get(id);
  if (configuration !== undefined) return configuration;
  throw new WalletError(
    'credential_configuration_unsupported',
    'the offer names a kind of credential that this wallet does not know',
    { hint: 'a newer version of the wallet may know it' },
  );
}

function findIssuer(issuers: readonly TrustedIssuer[], identifier: string): TrustedIssuer {
  const issuer = issuers.find((each) => each.issuer === identifier);
  if (issuer !== undefined) return issuer;
  throw new WalletError(
    'issuer_not_in_bundle',
    'the trust bundle does not name the issuer of this offer',
    { hint: 'check who sent the offer; a new issuer needs a new trust bundle' },
  );
}

async function fetchIssuerMetadata(
  { issuer }: TrustedIssuer,
  request: Request,
): Promise<IssuerMetadata> {
  const url = wellKnownLocation(issuer, ISSUER_METADATA_PATH);
  const metadata = parseIssuerMetadata(await fetchJson(request, url, MAX_ISSUER_METADATA_BYTES));
  // Section 12.2.3: the same string, without normalisation.
  if (metadata.credential_issuer !== issuer) {
    throw mismatch("the issuer's metadata speaks for another issuer");
  }
  const { credential_request_encryption: requests, credential_response_encryption: responses } =
    metadata;
  if (requests?.encryption_required === true || responses?.encryption_required === true) {
    throw new WalletError('offer_unsupported', 'the issuer requires encrypted messages');
  }
  return metadata;
}

function requireOffered(
  metadata: IssuerMetadata,
  { id, type, format }: CredentialConfiguration,
): void {
  const offered = metadata.credential_configurations_supported[id];
  const types = offered?.credential_definition?.type;
  const isSameType =
    format === 'dc+sd-jwt' ? offered?.vct === type.vct : sameTexts(types, type.w3cTypes);
  const algorithms =
    offered?.proof_types_supported?.['jwt']?.proof_signing_alg_values_supported ?? [];
  if (offered?.format === format && isSameType && algorithms.includes('ES256')) return;
  throw new WalletError(
    'credential_configuration_unsupported',
    `the issuer's metadata describes '${id}' otherwise than this wallet knows it`,
  );
}

function chooseAuthorizationServer(metadata: IssuerMetadata, named: string | undefined): string {
  const servers = metadata.authorization_servers;
  // Section 4.1.1: a name is for choosing among several, and must be one of them.
  if (named !== undefined && servers?.includes(named) !== true) {
    throw mismatch("the offer names an authorization server that is not the issuer's");
  }
  return named ?? servers?.[0] ?? metadata.credential_issuer;
}

async function fetchServerMetadata(
  server: string,
  request: Request,
): Promise<AuthorizationServerMetadata> {
  const url = wellKnownLocation(server, AUTHORIZATION_SERVER_METADATA_PATH);
  const metadata = parseAuthorizationServerMetadata(
    await fetchJson(request, url, MAX_ISSUER_METADATA_BYTES),
  );
  // RFC 8414 section 3.3.
  if (metadata.issuer !== server) {
    throw mismatch("the authorization server's metadata speaks for another server");
  }
  const grants = metadata.grant_types_supported;
  if (grants !== undefined && !grants.includes(PRE_AUTHORIZED_CODE_GRANT)) {
    throw new WalletError(
      'offer_unsupported',
      'the authorization server does not take pre-authorized codes',
    );
  }
  return metadata;
}

function requireSameOrigin({ issuer }: TrustedIssuer, urls: readonly (string | undefined)[]): void {
  const { origin } = new URL(issuer);
  for (const url of urls) {
    if (url !== undefined && new URL(url).origin !== origin) {
      throw mismatch("an endpoint in the metadata is not on the issuer's own origin");
    }
  }
}

/** The well-known path goes between host and path of the identifier (section 12.2.2). */
function wellKnownLocation(identifier: string, path: string): string {
  const { origin, pathname } = new URL(identifier);
  return `${origin}${path}${pathname === '/' ? '' : pathname}`;
}

function sameTexts(found: readonly string[] | undefined, expected: readonly string[]): boolean {
  return found?.length === expected.length && expected.every((each, at) => each === found[at]);
}

function mismatch(message: string): WalletError {
  return new WalletError('issuer_mismatch', message, {
    hint: 'no code was sent; tell the authority if the offer came from it',
  });
}
