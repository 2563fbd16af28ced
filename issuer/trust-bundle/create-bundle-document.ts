import {
  CREDENTIAL_TYPES,
  createTypeMetadata,
  type EpochSeconds,
  type TrustBundleDocument,
} from '@symbolon/schemas';
import type { NamedKey } from '../agent/contract.ts';
import type { Issuer } from '../issuer.ts';
import { listRelyingParties } from '../relying-party/list-relying-parties.ts';

/** What a bundle is made from. */
export type BundleSource = Pick<Issuer, 'agent' | 'config' | 'statusLists' | 'store'>;

const DAY_SECONDS = 86_400;
const NEXT_UPDATE_SECONDS = DAY_SECONDS;
const LIFETIME_SECONDS = 14 * DAY_SECONDS;

/**
 * Everything that a verifier needs in order to judge without a network, as of `issuedAt`.
 *
 * @param sequence - Higher than that of any bundle before it.
 */
export async function createBundleDocument(
  source: BundleSource,
  { sequence, issuedAt }: { readonly sequence: number; readonly issuedAt: EpochSeconds },
): Promise<TrustBundleDocument> {
  const { agent, config } = source;
  return {
    version: 1,
    authority: config.authority,
    demo: config.demo,
    sequence,
    issued_at: issuedAt,
    next_update: issuedAt + NEXT_UPDATE_SECONDS,
    expires_at: issuedAt + LIFETIME_SECONDS,
    issuers: [
      {
        name: config.authority,
        service_type: 'urn:symbolon:service-type:credential-issuer:1',
        issuer: config.baseUrl,
        did: agent.did,
        did_document: agent.didDocument,
        keys: [bundleKey(agent.credential, 'credential'), bundleKey(agent.status, 'status')],
        credential_types: CREDENTIAL_TYPES.map(({ vct }) => vct),
      },
    ],
    certificate_authorities: {
      issuer: [agent.authorities.issuer],
      access: [agent.authorities.access],
      registrar: [agent.authorities.registrar],
    },
    certificate_revocations: await revocations(source, issuedAt),
    status_lists: [...(await source.statusLists.createTokens(issuedAt))],
    dictionaries: [],
    type_metadata: CREDENTIAL_TYPES.map(createTypeMetadata),
  };
}

function bundleKey(
  { kid, publicJwk, certificates, validFrom, validUntil }: NamedKey,
  use: 'credential' | 'status',
): TrustBundleDocument['issuers'][number]['keys'][number] {
  return {
    kid,
    jwk: publicJwk,
    certificates: [...certificates],
    uses: [use],
    valid_from: validFrom,
    valid_until: validUntil,
  };
}

/** Access certificates that were revoked and have not yet run out by themselves. */
async function revocations(
  { store }: BundleSource,
  issuedAt: EpochSeconds,
): Promise<TrustBundleDocument['certificate_revocations']> {
  const parties = await listRelyingParties(store);
  return parties.flatMap(({ access_certificate, expires_at, revokedAt }) =>
    revokedAt === undefined || expires_at < issuedAt
      ? []
      : [{ certificate: access_certificate, revoked_at: revokedAt }],
  );
}
