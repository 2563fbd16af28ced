import { signCompactJws } from '@symbolon/credentials/jose';
import {
  CREDENTIAL_CONFIGURATIONS,
  type CredentialConfiguration,
  claimPathOf,
  type EpochSeconds,
  type JsonObject,
} from '@symbolon/schemas';
import { KEY_PROOF_ALGORITHMS } from '@symbolon/schemas/openid4vci';
import type { Issuer } from '../issuer.ts';
import { endpointUrls } from './endpoint-urls.ts';

const SIGNED_METADATA_SECONDS = 86_400;

/**
 * The metadata of the credential issuer, with the names of the wire.
 *
 * @see [OpenID4VCI 1.0 section 12.2.4](https://openid.net/specs/openid-4-verifiable-credential-issuance-1_0.html#section-12.2.4)
 */
export function createIssuerMetadata({ config }: Pick<Issuer, 'config'>): JsonObject {
  const urls = endpointUrls(config.baseUrl);
  return {
    credential_issuer: config.baseUrl,
    credential_endpoint: urls.credential,
    nonce_endpoint: urls.nonce,
    // 2 is the least that may be announced; a batch size of 1 is announced by leaving it out.
    ...(config.batchSize >= 2 && {
      batch_credential_issuance: { batch_size: config.batchSize },
    }),
    display: [{ name: config.authority }],
    credential_configurations_supported: Object.fromEntries(
      [...CREDENTIAL_CONFIGURATIONS.values()].map((each) => [each.id, describeConfiguration(each)]),
    ),
  };
}

/**
 * The metadata in its signed form (section 12.2.3), good for a day.
 */
export function signIssuerMetadata(
  { agent, config }: Pick<Issuer, 'agent' | 'config'>,
  now: EpochSeconds,
): Promise<string> {
  const { certificates, kid, signer } = agent.metadata;
  return signCompactJws({
    header: { typ: 'openidvci-issuer-metadata+jwt', kid, x5c: certificates },
    payload: {
      ...createIssuerMetadata({ config }),
      iss: config.baseUrl,
      sub: config.baseUrl,
      iat: now,
      exp: now + SIGNED_METADATA_SECONDS,
    },
    signer,
  });
}

function describeConfiguration({ id, type, format }: CredentialConfiguration): JsonObject {
  return {
    format,
    scope: id,
    ...formatMembers({ id, type, format }),
    credential_signing_alg_values_supported: ['ES256'],
    // What a credential is bound to; a key may be proven under any DID that is its own document.
    cryptographic_binding_methods_supported: format === 'dc+sd-jwt' ? ['jwk'] : ['jwk', 'did:jwk'],
    proof_types_supported: {
      jwt: { proof_signing_alg_values_supported: KEY_PROOF_ALGORITHMS },
    },
    credential_metadata: {
      display: [{ name: type.display, locale: 'en' }],
      claims: type.claims.map(({ name, mandatory, display }) => ({
        path: claimPathOf(type, name, format),
        mandatory,
        display: [{ name: display, locale: 'en' }],
      })),
    },
  };
}

function formatMembers({ type, format }: CredentialConfiguration): JsonObject {
  switch (format) {
    case 'dc+sd-jwt':
      return { vct: type.vct };
    case 'vc+sd-jwt':
      return { credential_definition: { '@context': type.w3cContext, type: type.w3cTypes } };
    case 'jwt_vc_json':
      return { credential_definition: { type: type.w3cTypes } };
  }
}
