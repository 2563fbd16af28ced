import { generateP256KeyPair, type P256PrivateJwk } from '@symbolon/credentials/crypto';
import { createRegistrationCertificate } from '@symbolon/presentation';
import type { EpochSeconds, P256PublicJwk } from '@symbolon/schemas';
import type { Registration } from '@symbolon/schemas/registration-certificate';
import type {
  RegisteredRelyingParty,
  RelyingPartyRegistration,
} from '@symbolon/schemas/relying-party';
import { certificateFingerprint } from '@symbolon/trust';
import { openSigningRequest } from '@symbolon/trust/certificates';
import type { Issuer } from '../issuer.ts';
import { registeredCredentials } from './registered-credentials.ts';

/** What a relying party takes home. */
export type RelyingPartyPapers = {
  readonly relyingPartyId: string;
  /** Standard base64 DER, leaf first, without the anchor. */
  readonly accessCertificates: readonly string[];
  /** `rc-wrp+jwt`. */
  readonly registrationCertificate: string;
  /** Only when it brought no signing request; the authority keeps no copy. */
  readonly accessKey: P256PrivateJwk | undefined;
  readonly expiresAt: EpochSeconds;
};

const DAY_SECONDS = 86_400;
/** ETSI TS 119 475: a registration certificate lives for 12 months at most. */
const VALIDITY_DAYS = 365;

/**
 * Registers a relying party: its access certificate says who it is, its registration certificate
 * what it may ask for, and why. The two belong together by the organisation identifier.
 *
 * @param request - The checked file, and the PEM signing request of its own key if it has one.
 * @throws {@link IssuerError} `policy_unknown`; {@link TrustError} for a signing request that is
 *   malformed or not signed by the key it names.
 * @see ETSI TS 119 475 (registration certificates), TS 119 411-8 (access certificates).
 */
export async function addRelyingParty(
  issuer: Issuer,
  request: {
    readonly registration: RelyingPartyRegistration;
    readonly signingRequest: string | undefined;
  },
): Promise<RelyingPartyPapers> {
  const { registration } = request;
  const credentials = registeredCredentials(registration);
  const { publicJwk, accessKey } = await accessKeyOf(request.signingRequest);
  const now = issuer.now();
  const notBefore = now - (now % DAY_SECONDS);
  const expiresAt = notBefore + VALIDITY_DAYS * DAY_SECONDS;
  const legalName = registration.legal_name ?? registration.name;
  const accessCertificates = await issuer.agent.issueAccessCertificate({
    subject: {
      commonName: cut(registration.name),
      organizationName: cut(legalName),
      organizationIdentifier: registration.identifier,
      country: registration.country,
    },
    publicJwk,
    notBefore,
    notAfter: expiresAt,
  });
  const relyingPartyId = Buffer.from(issuer.random(8)).toString('hex');
  const payload = registrationPayload(registration, {
    relyingPartyId,
    credentials,
    now,
    expiresAt,
  });
  const { registrar } = issuer.agent;
  const registrationCertificate = await createRegistrationCertificate(payload, {
    certificates: registrar.certificates,
    signer: registrar.signer,
  });
  const record: RegisteredRelyingParty = {
    name: registration.name,
    legal_name: legalName,
    identifier: registration.identifier,
    policy: registration.policy,
    access_certificate: await certificateFingerprint(accessCertificates[0] ?? ''),
    registered_at: now,
    expires_at: expiresAt,
  };
  await issuer.store.addRelyingParty({ relyingPartyId, document: JSON.stringify(record) });
  return { relyingPartyId, accessCertificates, registrationCertificate, accessKey, expiresAt };
}

async function accessKeyOf(signingRequest: string | undefined): Promise<{
  readonly publicJwk: P256PublicJwk;
  readonly accessKey: P256PrivateJwk | undefined;
}> {
  if (signingRequest !== undefined) {
    const { publicJwk } = await openSigningRequest(signingRequest);
    return { publicJwk, accessKey: undefined };
  }
  const { publicJwk, privateJwk } = await generateP256KeyPair();
  return { publicJwk, accessKey: privateJwk };
}

function registrationPayload(
  registration: RelyingPartyRegistration,
  own: {
    readonly relyingPartyId: string;
    readonly credentials: Registration['credentials'];
    readonly now: EpochSeconds;
    readonly expiresAt: EpochSeconds;
  },
): Registration {
  const { supervisory_authority: supervisor } = registration;
  return {
    name: registration.name,
    sub_ln: registration.legal_name ?? registration.name,
    sub: registration.identifier,
    country: registration.country,
    entitlements: ['https://uri.etsi.org/19475/Entitlement/Service_Provider'],
    privacy_policy: registration.privacy_policy,
    support_uri: registration.support_uri,
    ...(supervisor === undefined ? {} : { supervisory_authority: supervisor }),
    purpose: registration.purpose,
    intended_use_id: own.relyingPartyId,
    credentials: own.credentials,
    iat: own.now,
    exp: own.expiresAt,
  };
}

/** X.520 upper bound of a common name and of an organization name. */
function cut(text: string): string {
  return [...text].slice(0, 64).join('');
}
