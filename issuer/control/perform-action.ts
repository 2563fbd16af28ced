import type { JsonObject } from '@symbolon/schemas';
import { parseEnrolmentRecord } from '@symbolon/schemas/enrolment-record';
import type { ControlRequest } from '@symbolon/schemas/issuer-control';
import { parseRelyingPartyRegistration } from '@symbolon/schemas/relying-party';
import { encodeCertificatesPem } from '@symbolon/trust';
import { changeStatus } from '../issuance/change-status.ts';
import { createOffer } from '../issuance/create-offer.ts';
import { enrol } from '../issuance/enrol.ts';
import type { Issuer } from '../issuer.ts';
import { listRelyingParties } from '../relying-party/list-relying-parties.ts';
import { revokeRelyingParty } from '../relying-party/revoke-relying-party.ts';

type RequestOf<Action> = Extract<ControlRequest, { action: Action }>;

/**
 * Does what an operator's command asks: the same whether the command runs by itself or reaches the
 * running service over the control socket.
 *
 * @returns The result with the names that `--json` prints.
 * @throws {@link Refusal} of the step that refuses.
 */
export async function performAction(issuer: Issuer, request: ControlRequest): Promise<JsonObject> {
  switch (request.action) {
    case 'enrol':
      return performEnrol(issuer, request);
    case 'offer':
      return performOffer(issuer, request);
    case 'change_status':
      return performChangeStatus(issuer, request);
    case 'relying_party_add':
      return performAdd(issuer, request);
    case 'relying_party_list':
      return performList(issuer);
    case 'relying_party_revoke':
      await revokeRelyingParty(issuer, request.id);
      return {};
    case 'bundle':
      return performBundle(issuer, request);
    case 'health':
      await issuer.store.checkHealth();
      return {};
  }
}

async function performEnrol(
  issuer: Issuer,
  { record, operator }: RequestOf<'enrol'>,
): Promise<JsonObject> {
  const { enrolmentId } = await enrol(issuer, { record: parseEnrolmentRecord(record), operator });
  return { enrolment_id: enrolmentId };
}

async function performOffer(
  issuer: Issuer,
  { enrolment_id, configuration_ids, by_reference }: RequestOf<'offer'>,
): Promise<JsonObject> {
  const { offerUri, txCode } = await createOffer(issuer, {
    enrolmentId: enrolment_id,
    configurationIds: configuration_ids,
    byReference: by_reference,
  });
  return { offer: offerUri, tx_code: txCode };
}

async function performChangeStatus(
  issuer: Issuer,
  { id, change, reason }: RequestOf<'change_status'>,
): Promise<JsonObject> {
  const { changed } = await changeStatus(issuer, { id, change, reason });
  issuer.trustBundles.invalidate();
  return { changed };
}

async function performAdd(
  issuer: Issuer,
  { registration, signing_request }: RequestOf<'relying_party_add'>,
): Promise<JsonObject> {
  // Certificates and DCQL are loaded for this command alone.
  const { addRelyingParty } = await import('../relying-party/add-relying-party.ts');
  const papers = await addRelyingParty(issuer, {
    registration: parseRelyingPartyRegistration(registration),
    signingRequest: signing_request,
  });
  return {
    relying_party_id: papers.relyingPartyId,
    access_certificate: encodeCertificatesPem(papers.accessCertificates),
    registration_certificate: papers.registrationCertificate,
    ...(papers.accessKey === undefined ? {} : { access_key: JSON.stringify(papers.accessKey) }),
    expires_at: papers.expiresAt,
  };
}

async function performList(issuer: Issuer): Promise<JsonObject> {
  const parties = await listRelyingParties(issuer.store);
  return {
    relying_parties: parties.map((party) => ({
      relying_party_id: party.relyingPartyId,
      name: party.name,
      identifier: party.identifier,
      registered_at: party.registered_at,
      expires_at: party.expires_at,
      ...(party.revokedAt === undefined ? {} : { revoked_at: party.revokedAt }),
    })),
  };
}

async function performBundle(
  issuer: Issuer,
  { issued_at }: RequestOf<'bundle'>,
): Promise<JsonObject> {
  const { trustBundles } = issuer;
  const made = await (issued_at === undefined
    ? trustBundles.create()
    : trustBundles.createBackDated(issued_at));
  return {
    bundle: made.compact,
    sequence: made.sequence,
    issued_at: made.issuedAt,
    expires_at: made.expiresAt,
  };
}
