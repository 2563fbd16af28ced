import { hash } from 'node:crypto';
import type { Random } from '@symbolon/credentials/crypto';
import { CREDENTIAL_CONFIGURATIONS, type EpochSeconds, Refusal } from '@symbolon/schemas';
import {
  CREDENTIAL_OFFER_SCHEME,
  type CredentialOffer,
  PRE_AUTHORIZED_CODE_GRANT,
  parseCredentialOffer,
} from '@symbolon/schemas/openid4vci';
import type { AgentPart } from '../agent-part.ts';
import type { Issuer } from '../issuer.ts';
import { openBytes, sealBytes } from '../sealed-bytes.ts';
import { createExpiringSecret, expiringKeyOf, ownExpiringKey } from '../store/expiring-key.ts';
import type { NewOffer } from '../store/issuance-store.ts';
import { EnrolmentError } from './enrolment-error.ts';
import { createTxCode, TX_CODE_LENGTH, txCodeHmac } from './transaction-code.ts';

/** What is offered to whom. */
export type OfferRequest = {
  readonly enrolmentId: string;
  readonly configurationIds: readonly string[];
  /** The URI then names an address to fetch the offer from: a smaller QR. */
  readonly byReference: boolean;
};

/** An offer and, to be told by another way, its transaction code. */
export type CreatedOffer = {
  readonly offerUri: string;
  /** Six digits. */
  readonly txCode: string;
  readonly expiresAt: EpochSeconds;
};

/** Why there is no offer. */
type OfferErrorCode = 'unknown_credential_configuration';

/** A refused request for an offer; {@link EnrolmentError} says what is wrong with the enrolment. */
class OfferError extends Refusal<OfferErrorCode> {
  override readonly name = 'OfferError';
}

/**
 * Makes a credential offer with a pre-authorized code of 256 bits and a transaction code. Both are
 * stored as hashes only; an offer by reference is stored sealed under a key that the reference
 * gives, and found by the reference's hash.
 *
 * @throws {@link OfferError} `unknown_credential_configuration`; {@link EnrolmentError}
 *   `enrolment_unknown`, `enrolment_erased`, `enrolment_not_living`.
 * @see [OpenID4VCI 1.0 section 4.1](https://openid.net/specs/openid-4-verifiable-credential-issuance-1_0.html#section-4.1)
 */
export async function createOffer(
  issuer: Pick<Issuer, 'config' | 'store' | 'now' | 'random'> & AgentPart<'mac'>,
  { enrolmentId, configurationIds, byReference }: OfferRequest,
): Promise<CreatedOffer> {
  const { agent, config, store, random } = issuer;
  checkConfigurations(configurationIds);
  const expiresAt = issuer.now() + config.offerSeconds;
  const code = createExpiringSecret(expiresAt, random);
  const offer = credentialOffer(config.baseUrl, configurationIds, code);
  const reference = byReference ? createExpiringSecret(expiresAt, random) : undefined;
  const txCode = createTxCode(random);
  const offerKey = ownExpiringKey(code);
  const outcome = await store.addOffer({
    offerKey,
    enrolmentId,
    configurationIds,
    txCodeHmac: txCodeHmac(agent.mac, offerKey, txCode),
    ...(reference === undefined ? {} : { byReference: sealOffer(reference, offer, random) }),
  });
  if (outcome === 'enrolment_not_living') throw await notLiving(issuer, enrolmentId);
  const parameter =
    reference === undefined
      ? `credential_offer=${encodeURIComponent(JSON.stringify(offer))}`
      : `credential_offer_uri=${encodeURIComponent(`${config.baseUrl}/offers/${reference}`)}`;
  return { offerUri: `${CREDENTIAL_OFFER_SCHEME}?${parameter}`, txCode, expiresAt };
}

/**
 * The offer behind a reference, as often as it is fetched until it expires.
 *
 * @returns `undefined` for a reference that does not exist or has expired.
 */
export async function openOfferByReference(
  reference: string,
  { store }: Pick<Issuer, 'store'>,
  now: EpochSeconds,
): Promise<CredentialOffer | undefined> {
  const referenceKey = expiringKeyOf(reference);
  const sealed = referenceKey && (await store.getOfferByReference(referenceKey, now));
  if (sealed === undefined) return undefined;
  const plain = openBytes(offerSealingKey(reference), OFFER_PLACE, sealed);
  return parseCredentialOffer(JSON.parse(new TextDecoder().decode(plain)));
}

const OFFER_PLACE = 'offer_reference.sealed_offer';

function sealOffer(
  reference: string,
  offer: CredentialOffer,
  random: Random,
): NonNullable<NewOffer['byReference']> {
  const plain = Buffer.from(JSON.stringify(offer));
  const sealedOffer = sealBytes(offerSealingKey(reference), OFFER_PLACE, plain, random);
  return { referenceKey: ownExpiringKey(reference), sealedOffer };
}

/** The reference has 256 bits of its own, so one hash, not the one it is found by, is a key. */
function offerSealingKey(reference: string): Uint8Array {
  return hash('sha256', `symbolon offer sealing key ${reference}`, 'buffer');
}

function credentialOffer(
  issuerUrl: string,
  configurationIds: readonly string[],
  code: string,
): CredentialOffer {
  return {
    credential_issuer: issuerUrl,
    credential_configuration_ids: [...configurationIds],
    grants: {
      [PRE_AUTHORIZED_CODE_GRANT]: {
        'pre-authorized_code': code,
        tx_code: {
          input_mode: 'numeric',
          length: TX_CODE_LENGTH,
          description: 'The six digits that the authority gave you separately',
        },
      },
    },
  };
}

function checkConfigurations(ids: readonly string[]): void {
  const known = ids.every((id) => CREDENTIAL_CONFIGURATIONS.has(id));
  if (ids.length === 0 || !known || new Set(ids).size !== ids.length) {
    const all = [...CREDENTIAL_CONFIGURATIONS.keys()].join(', ');
    throw new OfferError(
      'unknown_credential_configuration',
      'expected one or more different credential configurations of this issuer',
      { hint: `it has ${all}` },
    );
  }
}

async function notLiving(
  { store }: Pick<Issuer, 'store'>,
  enrolmentId: string,
): Promise<EnrolmentError> {
  const enrolment = await store.getEnrolment(enrolmentId);
  if (enrolment !== undefined) {
    const message = `the enrolment is ${enrolment.state}`;
    return new EnrolmentError('enrolment_not_living', message);
  }
  return (await store.getErasure(enrolmentId)) === undefined
    ? new EnrolmentError('enrolment_unknown', 'there is no such enrolment')
    : new EnrolmentError('enrolment_erased', 'the enrolment was erased');
}
