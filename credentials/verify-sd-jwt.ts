import type { EpochSeconds, JsonObject, PublicJwk, SdJwtFormat } from '@symbolon/schemas';
import { checkValidityPeriod } from './check-validity-period.ts';
import { CredentialError } from './error.ts';
import { holderKeyOf } from './holder-key-of.ts';
import { parseSdJwt, type UnverifiedSdJwt } from './parse-sd-jwt.ts';
import { processDisclosures } from './process-disclosures.ts';
import type { DisclosedPath } from './sd-jwt/process-payload.ts';
import type { KeyBindingExpectations } from './sd-jwt/verify-key-binding-jwt.ts';
import { verifyIssuerSignature } from './verify-issuer-signature.ts';
import { verifyKeyBinding } from './verify-key-binding.ts';

const COMPACT_JWS = /^[\w-]+\.[\w-]+\.[\w-]+$/;

/** A credential whose claims its issuer has signed, and that is within its times. */
export type VerifiedSdJwt = {
  readonly format: SdJwtFormat;
  readonly issuer: string | undefined;
  readonly typeNames: readonly string[];
  /** The processed payload: disclosed claims in their places, no digests. */
  readonly claims: JsonObject;
  /** What was disclosed selectively, one path for each disclosure. */
  readonly disclosedPaths: readonly DisclosedPath[];
  /** The key in `cnf`. */
  readonly holderKey: PublicJwk | undefined;
};

/** What an SD-JWT is judged by. */
export type SdJwtExpectations = {
  readonly expectedFormat: SdJwtFormat;
  /** The issuer's key, as trust has found it. */
  readonly issuerKey: PublicJwk;
  readonly now: EpochSeconds;
  /**
   * What the key binding must say; `not_required` where the verifier's policy needs none (then one is
   * not looked at); `refused` where none may be, as when a holder receives a credential.
   */
  readonly keyBinding: KeyBindingExpectations | 'not_required' | 'refused';
};

/**
 * Verifies an SD-JWT: format, issuer's signature, disclosures, times, key binding, in this order. Who
 * the issuer is and whether the credential was revoked, trust says.
 *
 * @throws {@link CredentialError} with the code of the first rule that does not hold.
 * @see RFC 9901 section 7
 */
export async function verifySdJwt(
  compact: string,
  { expectedFormat, issuerKey, now, keyBinding }: SdJwtExpectations,
): Promise<VerifiedSdJwt> {
  const sdJwt = parseSdJwt(compact, expectedFormat);
  await verifyIssuerSignature(sdJwt, issuerKey);
  const { payload, disclosedPaths } = await processDisclosures(sdJwt);
  checkValidityPeriod(payload, now);
  const { format, issuer, typeNames } = sdJwt;
  const holderKey = await judgeKeyBinding(sdJwt, keyBinding);
  return { format, issuer, typeNames, claims: payload, disclosedPaths, holderKey };
}

async function judgeKeyBinding(
  sdJwt: UnverifiedSdJwt,
  keyBinding: SdJwtExpectations['keyBinding'],
): Promise<PublicJwk | undefined> {
  if (typeof keyBinding === 'object') return verifyKeyBinding(sdJwt, keyBinding);
  // RFC 9901 section 7.2
  if (keyBinding === 'refused' && sdJwt.keyBindingJwt !== undefined) {
    throw new CredentialError('key_binding_unexpected', 'an issuer hands out no key binding');
  }
  // RFC 9901 section 4: after the last '~' stands a key binding JWT, or nothing.
  if (sdJwt.keyBindingJwt !== undefined && !COMPACT_JWS.test(sdJwt.keyBindingJwt)) {
    throw new CredentialError('malformed', "what follows the last '~' is no key binding JWT");
  }
  return holderKeyOf(sdJwt.jws.payload);
}
