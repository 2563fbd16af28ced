import { CLOCK_SKEW_SECONDS } from '@symbolon/credentials';
import type { EpochSeconds, JsonObject, LocalisedText, P256PublicJwk } from '@symbolon/schemas';
import { ParseError } from '@symbolon/schemas';
import {
  type DcqlQuery,
  parseRegistrationData,
  parseRequestObject,
  REGISTRATION_CERTIFICATE_FORMAT,
  REQUEST_OBJECT_TYPE,
  type RequestObjectPayload,
} from '@symbolon/schemas/openid4vp';
import type { Registration } from '@symbolon/schemas/registration-certificate';
import { type TrustBundle, trustedNow } from '@symbolon/trust';
import { PresentationError } from '../error.ts';
import { MAX_UNPACKED_BYTES, REQUEST_LIFETIME_SECONDS } from '../limits.ts';
import { type OverAsked, overAsked } from '../registration/over-asked.ts';
import { openRegistrationCertificate } from '../registration/registration-certificate.ts';
import { openCertifiedJws } from './certified-jws.ts';
import { exchangeIdOf, stateOf } from './exchange-id.ts';
import { findResponseKey } from './response-key.ts';

/** Who asks, as two authorities attest it: the access CA (who), the registrar (what for). */
export type RequestingVerifier = {
  /** Trade name. */
  readonly name: string;
  readonly legalName: string;
  /** Organisation identifier, the same in both certificates: 'NTRCN-91310000'. */
  readonly identifier: string;
  readonly country: string;
  readonly purpose: readonly LocalisedText[];
  readonly privacyPolicy: string;
  readonly supportUri: string;
  readonly registration: Registration;
  /** Age of the list that says the registration is not revoked; `undefined` without one. */
  readonly statusAgeSeconds: number | undefined;
};

/** A request that passed every check but the holder's own: nothing in it is unverified. */
export type OpenedRequest = {
  readonly compact: string;
  /** The audience of the answer, with its prefix. */
  readonly clientId: string;
  readonly nonce: string;
  readonly sid: Uint8Array<ArrayBuffer>;
  readonly issuedAt: EpochSeconds;
  readonly expiresAt: EpochSeconds;
  readonly query: DcqlQuery;
  readonly responseKey: P256PublicJwk;
  readonly verifier: RequestingVerifier;
  /** What goes beyond the registration: when there is anything, the request is to be refused. */
  readonly overAsked: readonly OverAsked[];
};

/**
 * Opens a request, offline, with all the checks of a wallet: certificate chain to the access CAs of
 * the trust bundle, client identifier, signature, profile, time, registration certificate and its
 * owner, over-asking. The steps are numbered as in the profile's list of checks.
 *
 * @param compact - The signed request object, as {@link readRequest} gives it.
 * @param expectations - The bundle held, and the clock's time.
 * @throws {@link PresentationError} `request_…`, `client_id_mismatch`, `nonce_invalid`,
 *   `response_key_unusable`, `verifier_unidentified`, `registration_…`; {@link TrustError}
 *   `certificate_…`, `bundle_expired`.
 * @see [OpenID4VP 1.0 section 5](https://openid.net/specs/openid-4-verifiable-presentations-1_0.html#section-5)
 */
export async function openRequestObject(
  compact: string,
  expectations: { readonly bundle: TrustBundle; readonly now: EpochSeconds },
): Promise<OpenedRequest> {
  const { bundle } = expectations;
  const now = trustedNow(expectations.now, bundle);
  // Steps 2 and 4: type, algorithm, certificate chain and its key usage, signature.
  const { payload, certificate } = await openCertifiedJws(compact, {
    what: 'request object',
    typ: REQUEST_OBJECT_TYPE,
    maxBytes: MAX_UNPACKED_BYTES,
    purpose: 'access',
    bundle,
    now,
    codes: {
      malformed: 'request_malformed',
      type: 'request_type_invalid',
      algorithm: 'request_algorithm_unsupported',
      signature: 'request_signature_invalid',
    },
  });
  // Step 3: the client is the one whose certificate it is, under no other prefix.
  if (payload['client_id'] !== `x509_hash:${certificate.fingerprint}`) {
    const message = "expected 'client_id' to be the hash of the request's certificate";
    throw new PresentationError('client_id_mismatch', message);
  }
  // Step 5: this profile, and in time.
  const request = parsedRequest(payload);
  checkTime(request, now);
  const sid = checkedExchangeId(request);
  const { keys } = request.client_metadata.jwks;
  const responseKey = await findResponseKey(keys, certificate.publicJwk);
  // Steps 6 and 7: registered, and registered to the same party.
  const { data, coveredIds } = registrationOf(request);
  const opened = await openRegistrationCertificate(data, { bundle, now });
  const { registration } = opened;
  if (certificate.organizationIdentifier === undefined) {
    const message = 'the certificate of the request names no organisation identifier';
    throw new PresentationError('verifier_unidentified', message);
  }
  if (registration.sub !== certificate.organizationIdentifier) {
    const message = 'the registration certificate belongs to another party than the request';
    throw new PresentationError('registration_of_other_party', message);
  }
  return {
    compact,
    clientId: request.client_id,
    nonce: request.nonce,
    sid,
    issuedAt: request.iat,
    expiresAt: request.exp,
    query: request.dcql_query,
    responseKey,
    verifier: describeVerifier(registration, opened.statusAgeSeconds),
    // Step 8.
    overAsked: beyondRegistration(request.dcql_query, { registration, coveredIds }),
  };
}

function parsedRequest(payload: JsonObject): RequestObjectPayload {
  if (payload['transaction_data'] !== undefined || payload['scope'] !== undefined) {
    const message = "'transaction_data' and 'scope' are not supported";
    throw new PresentationError('request_unsupported', message);
  }
  try {
    return parseRequestObject(payload);
  } catch (cause) {
    if (!(cause instanceof ParseError)) throw cause;
    throw new PresentationError('request_malformed', cause.message, { cause });
  }
}

function checkTime({ iat, exp }: RequestObjectPayload, now: EpochSeconds): void {
  if (exp <= iat || exp - iat > REQUEST_LIFETIME_SECONDS) {
    const message = `a request lives for ${REQUEST_LIFETIME_SECONDS} s at most`;
    throw new PresentationError('request_malformed', message);
  }
  if (iat > now + CLOCK_SKEW_SECONDS) {
    throw new PresentationError('request_not_yet_valid', `the request begins in ${iat - now} s`);
  }
  if (now >= exp + CLOCK_SKEW_SECONDS) {
    throw new PresentationError('request_expired', `the request expired ${now - exp} s ago`, {
      hint: 'ask for a new one',
    });
  }
}

function checkedExchangeId({ nonce, state }: RequestObjectPayload): Uint8Array<ArrayBuffer> {
  const sid = exchangeIdOf(nonce);
  if (sid === undefined) {
    const message = "expected 'nonce' to be base64url of at least 16 bytes";
    throw new PresentationError('nonce_invalid', message);
  }
  if (state !== stateOf(sid)) {
    throw new PresentationError('request_malformed', "expected 'state' to begin the nonce");
  }
  return sid;
}

/** The one registration certificate of a request, and the queries that it speaks for. */
function registrationOf({ verifier_info: infos }: RequestObjectPayload): {
  readonly data: string;
  readonly coveredIds: readonly string[] | undefined;
} {
  const [info, another] = infos.filter(({ format }) => format === REGISTRATION_CERTIFICATE_FORMAT);
  if (info === undefined) {
    const message = 'the request carries no registration certificate';
    throw new PresentationError('registration_missing', message);
  }
  if (another !== undefined) {
    const message = 'the request carries more than one registration certificate';
    throw new PresentationError('request_malformed', message);
  }
  try {
    return { data: parseRegistrationData(info.data), coveredIds: info.credential_ids };
  } catch (cause) {
    if (!(cause instanceof ParseError)) throw cause;
    throw new PresentationError('registration_malformed', cause.message, { cause });
  }
}

function beyondRegistration(
  query: DcqlQuery,
  held: {
    readonly registration: Registration;
    readonly coveredIds: readonly string[] | undefined;
  },
): readonly OverAsked[] {
  const uncovered = query.credentials.flatMap(({ id: queryId }): OverAsked[] =>
    held.coveredIds?.includes(queryId) === false
      ? [{ queryId, what: 'type', path: undefined }]
      : [],
  );
  return [...uncovered, ...overAsked(query, held.registration)];
}

function describeVerifier(
  registration: Registration,
  statusAgeSeconds: number | undefined,
): RequestingVerifier {
  return {
    name: registration.name,
    legalName: registration.sub_ln,
    identifier: registration.sub,
    country: registration.country,
    purpose: registration.purpose,
    privacyPolicy: registration.privacy_policy,
    supportUri: registration.support_uri,
    registration,
    statusAgeSeconds,
  };
}
