import type { CredentialConfiguration, EpochSeconds, JsonObject } from '@symbolon/schemas';
import type { Issuer } from '../issuer.ts';
import type { AllocatedStatus } from '../status/status-lists.ts';
import type { ExpiringKey } from '../store/expiring-key.ts';
import type { AccessGrant, IssuanceOutcome } from '../store/issuance-store.ts';
import type { OpenedEnrolment } from '../store/sealed-enrolment.ts';
import { sealIssuance } from '../store/sealed-issuance.ts';
import { claimsForCredential, openLivingEnrolment } from './claims-for-credential.ts';
import { CredentialRequestError } from './credential-request-error.ts';
import { EnrolmentError } from './enrolment-error.ts';
import { type MintParts, mintJwtVc, mintSdJwt } from './mint-credential.ts';
import type { VerifiedKeyProof } from './verify-key-proof.ts';

const DAY_SECONDS = 86_400;

/** A request for credentials that is authorized and whose keys are proven. */
export type CredentialIssuance = {
  readonly tokenKey: ExpiringKey;
  readonly grant: AccessGrant;
  readonly configuration: CredentialConfiguration;
  /** One credential for each. */
  readonly proofs: readonly VerifiedKeyProof[];
  readonly now: EpochSeconds;
};

type IssuingParts = Pick<Issuer, 'agent' | 'config' | 'store' | 'statusLists' | 'random'>;

/**
 * Issues one credential for each proven key: the one place where credentials come into being.
 *
 * They are recorded, their nonces spent and the token's share taken in one transaction, and only
 * when that is on disk are they returned: what the holder has, the issuer can revoke.
 *
 * @returns In the order of the proofs.
 * @throws {@link CredentialRequestError} `invalid_nonce` when a nonce was used before,
 *   `credential_request_denied` when the token or the enrolment is good for no more.
 */
export async function issueCredentials(
  issuer: IssuingParts,
  { tokenKey, grant, configuration, proofs, now }: CredentialIssuance,
): Promise<readonly string[]> {
  if (proofs.length > grant.credentialsLeft) throw denied('the access token is used up');
  const enrolled = await openEnrolment(issuer, grant.enrolmentId);
  const parts = mintParts(issuer, enrolled, configuration, now);
  const { credentials, statuses } = await mint(issuer, parts, proofs);
  const sealed = sealIssuance(
    enrolled,
    statuses.map(({ listNumber, index }) => ({
      configurationId: configuration.id,
      listNumber,
      index,
    })),
    issuer.random,
  );
  const outcome = await issuer.store.recordIssuance(
    {
      ...sealed,
      credentialCount: credentials.length,
      tokenKey,
      nonceKeys: distinctKeys(proofs.map(({ nonceKey }) => nonceKey)),
    },
    now,
  );
  if (outcome !== 'recorded') throw refusalOf(outcome);
  return credentials;
}

type Minted = {
  readonly credentials: readonly string[];
  /** Empty for a format that has none yet. */
  readonly statuses: readonly AllocatedStatus[];
};

async function mint(
  { agent, random, statusLists }: IssuingParts,
  parts: MintParts,
  proofs: readonly VerifiedKeyProof[],
): Promise<Minted> {
  const { format } = parts.configuration;
  const holderKeys = proofs.map(({ holderKey }) => holderKey);
  if (format === 'jwt_vc_json') {
    return { credentials: await mintJwtVc(parts, holderKeys, agent, random), statuses: [] };
  }
  const statuses = await statusLists.allocate(holderKeys.length);
  const requests = holderKeys.map((holderKey, at) => {
    const status = statuses[at];
    if (status === undefined) throw new RangeError('fewer status indexes than credentials');
    return { holderKey, status: { uri: status.uri, idx: status.index } };
  });
  return { credentials: await mintSdJwt({ ...parts, format }, requests, agent, random), statuses };
}

/** Ages are reckoned, and the card begins, on the UTC day of issue; nothing tells the hour. */
function mintParts(
  { agent, config }: IssuingParts,
  enrolled: OpenedEnrolment,
  configuration: CredentialConfiguration,
  now: EpochSeconds,
): MintParts {
  const issuedOn = now - (now % DAY_SECONDS);
  const keyEndsOn = agent.credential.validUntil - (agent.credential.validUntil % DAY_SECONDS);
  const expiresOn = Math.min(issuedOn + config.validityDays * DAY_SECONDS, keyEndsOn);
  const claims: JsonObject = claimsForCredential(enrolled, {
    type: configuration.type,
    issuingAuthority: config.authority,
    issuingCountry: config.country,
    issuedOn,
    expiresOn,
  });
  return { configuration, claims, issuedOn, expiresOn, baseUrl: config.baseUrl };
}

async function openEnrolment(issuer: IssuingParts, enrolmentId: string): Promise<OpenedEnrolment> {
  try {
    return await openLivingEnrolment(issuer, enrolmentId);
  } catch (error) {
    if (error instanceof EnrolmentError) throw denied('the enrolment is not in force');
    throw error;
  }
}

function refusalOf(outcome: Exclude<IssuanceOutcome, 'recorded'>): CredentialRequestError {
  switch (outcome) {
    case 'nonce_used':
      return new CredentialRequestError('invalid_nonce', 'the nonce was used before');
    case 'token_unknown':
    case 'token_spent':
      return denied('the access token is used up');
    case 'enrolment_not_living':
      return denied('the enrolment is not in force');
  }
}

function denied(message: string): CredentialRequestError {
  return new CredentialRequestError('credential_request_denied', message);
}

function distinctKeys(keys: readonly ExpiringKey[]): ExpiringKey[] {
  return [...new Map(keys.map((key) => [Buffer.from(key).toString('latin1'), key])).values()];
}
