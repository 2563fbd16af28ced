import { CLOCK_SKEW_SECONDS } from '@symbolon/credentials';
import type { Signer } from '@symbolon/credentials/crypto';
import { signCompactJws } from '@symbolon/credentials/jose';
import { type EpochSeconds, type JsonObject, ParseError } from '@symbolon/schemas';
import {
  parseRegistration,
  REGISTRATION_CERTIFICATE_TYPE,
  type Registration,
} from '@symbolon/schemas/registration-certificate';
import type { TrustBundle } from '@symbolon/trust';
import { PresentationError } from '../error.ts';
import { jsonObjectOf } from '../json-object.ts';
import { openCertifiedJws } from '../request/certified-jws.ts';
import { registrationStatusAge } from './registration-status.ts';

const MAX_BYTES = 32_768;
/** ETSI TS 119 475: at most twelve months. */
const MAX_LIFETIME_SECONDS = 366 * 86_400;

/**
 * Creates a registration certificate: what a relying party may ask for, and why, under the
 * registrar's certificate.
 *
 * @param certificates - Standard base64 DER, leaf first, without the anchor.
 * @returns A compact JWS, `typ: rc-wrp+jwt`.
 * @throws ParseError for a payload of the wrong shape, RangeError for one that lives too long or not
 *   at all.
 * @see ETSI TS 119 475 (registration certificates)
 */
export async function createRegistrationCertificate(
  payload: Registration,
  { certificates, signer }: { readonly certificates: readonly string[]; readonly signer: Signer },
): Promise<string> {
  const registration = parseRegistration(payload);
  if (!hasValidLifetime(registration)) {
    throw new RangeError('a registration certificate lives for twelve months at most');
  }
  const header = { typ: REGISTRATION_CERTIFICATE_TYPE, alg: signer.alg, x5c: [...certificates] };
  return signCompactJws({ header, payload: jsonObjectOf(registration), signer });
}

/** A registration certificate whose signature, time and status were checked. */
export type OpenedRegistration = {
  readonly registration: Registration;
  /** How old the list is that says it is not revoked; `undefined` when it names no list. */
  readonly statusAgeSeconds: number | undefined;
};

/**
 * Opens a registration certificate offline: type, chain to a registrar of the trust bundle,
 * signature, shape, time, status. That it belongs to the party who sends it is for the caller.
 *
 * @throws {@link PresentationError} `registration_…`; {@link TrustError} `certificate_…` when its
 *   chain does not hold.
 */
export async function openRegistrationCertificate(
  compact: string,
  { bundle, now }: { readonly bundle: TrustBundle; readonly now: EpochSeconds },
): Promise<OpenedRegistration> {
  const { payload } = await openCertifiedJws(compact, {
    what: 'registration certificate',
    typ: REGISTRATION_CERTIFICATE_TYPE,
    maxBytes: MAX_BYTES,
    purpose: 'registrar',
    bundle,
    now,
    codes: {
      malformed: 'registration_malformed',
      type: 'registration_malformed',
      algorithm: 'registration_malformed',
      signature: 'registration_signature_invalid',
    },
  });
  const registration = parsedRegistration(payload);
  checkTime(registration, now);
  const statusAgeSeconds = await registrationStatusAge(registration, { bundle, now });
  return { registration, statusAgeSeconds };
}

function parsedRegistration(payload: JsonObject): Registration {
  try {
    return parseRegistration(payload);
  } catch (cause) {
    if (!(cause instanceof ParseError)) throw cause;
    throw new PresentationError('registration_malformed', cause.message, { cause });
  }
}

function hasValidLifetime({ iat, exp }: Registration): boolean {
  return exp > iat && exp - iat <= MAX_LIFETIME_SECONDS;
}

function checkTime(registration: Registration, now: EpochSeconds): void {
  const { iat, exp } = registration;
  if (!hasValidLifetime(registration)) {
    const message = 'the registration certificate lives for more than twelve months, or not at all';
    throw new PresentationError('registration_malformed', message);
  }
  if (iat > now + CLOCK_SKEW_SECONDS) {
    const message = `the registration certificate begins in ${iat - now} s`;
    throw new PresentationError('registration_not_yet_valid', message);
  }
  if (now >= exp + CLOCK_SKEW_SECONDS) {
    const message = `the registration certificate expired ${now - exp} s ago`;
    throw new PresentationError('registration_expired', message, {
      hint: 'the party who asks must renew its registration',
    });
  }
}
