import { parseJson } from '@symbolon/credentials/jose';
import {
  CREDENTIAL_CONFIGURATIONS,
  type CredentialConfiguration,
  Refusal,
} from '@symbolon/schemas';
import { type CredentialRequest, parseCredentialRequest } from '@symbolon/schemas/openid4vci';
import type { IssuerConfig } from '../config.ts';
import { credentialNonceKey } from '../issuance/credential-nonce.ts';
import { CredentialRequestError } from '../issuance/credential-request-error.ts';
import { DpopError } from '../issuance/dpop-error.ts';
import { issueCredentials } from '../issuance/issue-credentials.ts';
import { verifyKeyProofs } from '../issuance/verify-key-proofs.ts';
import { AuthorizationError } from './authorization-error.ts';
import { type Authorization, authorize } from './authorize.ts';
import type { HotEndpoint } from './hot-endpoint.ts';
import { hasMediaType, readBodyText } from './request-body.ts';
import { RequestError } from './request-error.ts';
import type { ServerParts } from './server-parts.ts';

const MAX_DEPTH = 8;

/**
 * POST /credential (OpenID4VCI 1.0 section 8): one credential for each key that is proven.
 */
export function credentialEndpoint({ issuer, urls, metrics }: ServerParts): HotEndpoint {
  const { agent, config } = issuer;
  return async (request) => {
    const authorization = await authorizeCredential(() =>
      authorize(request, urls.credential, issuer),
    );
    if (!hasMediaType(request, 'application/json')) {
      throw new RequestError('bad_request', 'a credential request is JSON');
    }
    const { bodyBytes } = config.limits;
    const text = await readBodyText(request, bodyBytes);
    const wire = parseCredentialRequest(parseBody(text, bodyBytes));
    const configuration = requestedConfiguration(wire, authorization);
    const now = issuer.now();
    const proofs = await verifyKeyProofs(requestedProofs(wire, config), {
      expectedAudience: config.baseUrl,
      isClient: authorization.isClient,
      nonceKeyOf: (nonce) => credentialNonceKey(agent, nonce, now),
      now,
    });
    const credentials = await issueCredentials(issuer, {
      tokenKey: authorization.tokenKey,
      grant: authorization.grant,
      configuration,
      proofs,
      now,
    });
    metrics.countCredentials(configuration.format, credentials.length);
    return JSON.stringify({ credentials: credentials.map((credential) => ({ credential })) });
  };
}

function parseBody(text: string, maxBytes: number): unknown {
  try {
    return parseJson(text, { maxBytes, maxDepth: MAX_DEPTH });
  } catch (cause) {
    if (!(cause instanceof Refusal)) throw cause;
    throw new RequestError('bad_request', `credential request: ${cause.message}`);
  }
}

/**
 * Which configuration is asked for. The token response names no credential identifiers, so that
 * none is ever known.
 */
function requestedConfiguration(
  { credential_configuration_id: id, credential_identifier: identifier }: CredentialRequest,
  { grant }: Authorization,
): CredentialConfiguration {
  if (id !== undefined && identifier !== undefined) {
    throw new CredentialRequestError(
      'invalid_credential_request',
      "'credential_configuration_id' and 'credential_identifier' exclude each other",
    );
  }
  if (identifier !== undefined) {
    throw new CredentialRequestError(
      'unknown_credential_identifier',
      "no credential identifiers were issued: send 'credential_configuration_id'",
    );
  }
  if (id === undefined) {
    throw new CredentialRequestError(
      'invalid_credential_request',
      "'credential_configuration_id' is required",
    );
  }
  const configuration = CREDENTIAL_CONFIGURATIONS.get(id);
  if (configuration === undefined) {
    throw new CredentialRequestError(
      'unknown_credential_configuration',
      'the issuer metadata names no such credential configuration',
    );
  }
  if (!grant.configurationIds.includes(id)) {
    throw new AuthorizationError(
      'insufficient_scope',
      grant.dpopJkt === undefined ? 'Bearer' : 'DPoP',
      'the offer was for another credential configuration',
    );
  }
  return configuration;
}

function requestedProofs(
  { proof, proofs }: CredentialRequest,
  { batchSize, compatibility }: IssuerConfig,
): readonly string[] {
  if (proof !== undefined && proofs !== undefined) {
    throw invalidProof("'proof' and 'proofs' exclude each other");
  }
  if (proof !== undefined && compatibility.draft15Proof) return [proof.jwt];
  if (proofs === undefined) throw invalidProof("'proofs' is required");
  if (proofs.jwt.length > batchSize) {
    throw invalidProof(`at most ${batchSize} proofs may be sent at once`);
  }
  return proofs.jwt;
}

/** At a protected endpoint a bad DPoP proof is a matter of authorization, and a 401. */
async function authorizeCredential(work: () => Promise<Authorization>): Promise<Authorization> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof DpopError)) throw error;
    throw new AuthorizationError('invalid_dpop_proof', 'DPoP', error.message);
  }
}

function invalidProof(message: string): CredentialRequestError {
  return new CredentialRequestError('invalid_proof', message);
}
