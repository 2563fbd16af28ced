import {
  type EpochSeconds,
  type JsonObject,
  type JwtVcPayload,
  ParseError,
  type PublicJwk,
  parseIssuerHeader,
  parseJwtVcPayload,
} from '@symbolon/schemas';
import { checkAudience } from '../check-audience.ts';
import { checkValidityPeriod } from '../check-validity-period.ts';
import { CredentialError } from '../error.ts';
import { decodeCompactJws, type UnverifiedJws } from '../jose/compact-jws.ts';
import { ALL_ALGORITHMS, verifyJwsSignature } from '../jose/verify-compact-jws.ts';

const MAX_JWT_VC_CHARACTERS = 262_144;

/** A JWT credential in its shape, with what it claims to be; nothing of it has been verified. */
export type UnverifiedJwtVc = {
  readonly jws: UnverifiedJws;
  readonly issuer: string;
  /** The `type` of the credential. */
  readonly typeNames: readonly string[];
  readonly kid: string | undefined;
  /** `sub`: who the credential is about, and whose key it is bound to. */
  readonly subject: string | undefined;
};

/** A JWT credential that its issuer has signed, and that is within its times. */
export type VerifiedJwtVc = Omit<UnverifiedJwtVc, 'jws'> & {
  /** The whole payload; the credential is in its `vc`. */
  readonly claims: JsonObject;
};

/**
 * Parses a credential of data model 1.1 as a JWT (`jwt_vc_json`).
 *
 * @throws {@link CredentialError} `malformed`, `format_mismatch`, `algorithm_not_allowed`,
 *   `extension_not_supported`, `audience_mismatch`.
 * @see W3C Verifiable Credentials Data Model 1.1 section 6.3.1
 */
export function parseJwtVc(compact: string): UnverifiedJwtVc {
  const jws = decodeCompactJws(compact, MAX_JWT_VC_CHARACTERS);
  if (jws.typ !== 'JWT') {
    throw new CredentialError('format_mismatch', "'typ' of a JWT credential must be 'JWT'");
  }
  checkAudience(jws.payload);
  try {
    const payload = parseJwtVcPayload(jws.payload);
    checkAgreement(payload);
    const { kid } = parseIssuerHeader(jws.header);
    const { iss, sub, vc } = payload;
    return { jws, issuer: iss, typeNames: vc.type, kid, subject: sub };
  } catch (cause) {
    if (!(cause instanceof ParseError)) throw cause;
    throw new CredentialError('format_mismatch', cause.message, { cause });
  }
}

/**
 * Verifies a credential of data model 1.1 as a JWT: format, signature, times, in this order.
 *
 * @throws {@link CredentialError} with the code of the first rule that does not hold.
 */
export async function verifyJwtVc(
  compact: string,
  { issuerKey, now }: { readonly issuerKey: PublicJwk; readonly now: EpochSeconds },
): Promise<VerifiedJwtVc> {
  const { jws, ...description } = parseJwtVc(compact);
  await verifyJwsSignature({ jws, key: issuerKey, algorithms: ALL_ALGORITHMS });
  checkValidityPeriod(jws.payload, now);
  return { ...description, claims: jws.payload };
}

/** A claim of the JWT stands for a property of the credential: where both are, they agree. */
function checkAgreement({ iss, sub, jti, vc }: JwtVcPayload): void {
  const { issuer, id, credentialSubject } = vc;
  const issuerId = typeof issuer === 'object' ? issuer.id : issuer;
  const subjectId = credentialSubject['id'];
  const agrees = (issuerId ?? iss) === iss && (id ?? jti) === jti && (subjectId ?? sub) === sub;
  if (agrees) return;
  throw new CredentialError('format_mismatch', "the JWT's claims contradict its credential");
}
