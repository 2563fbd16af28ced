import { CredentialError } from '../error.ts';
import { decodeCompactJws, type UnverifiedJws } from '../jose/compact-jws.ts';

/** Longest SD-JWT that is looked at, in characters; a card with a portrait has about 8,000. */
export const MAX_SD_JWT_CHARACTERS = 262_144;
const MAX_DISCLOSURES = 1_000;

/** An SD-JWT or SD-JWT+KB in its parts; nothing has been verified. */
export type SdJwtParts = {
  readonly jws: UnverifiedJws;
  /** As transmitted: the digests are over this text. */
  readonly disclosures: readonly string[];
  /** Everything up to and including the last '~': what `sd_hash` is over. */
  readonly sdJwt: string;
  /** The key binding JWT, `undefined` in an SD-JWT without one. */
  readonly keyBindingJwt: string | undefined;
};

/**
 * Separates an SD-JWT into its parts (RFC 9901 section 4 and section 7.1 step 1).
 *
 * @throws {@link CredentialError} `malformed`, or as {@link decodeCompactJws} says.
 */
export function splitSdJwt(compact: string): SdJwtParts {
  if (compact.length > MAX_SD_JWT_CHARACTERS) throw malformed('is longer than allowed');
  const lastTilde = compact.lastIndexOf('~');
  if (lastTilde === -1) throw malformed("has no '~'");
  const [jwt = '', ...disclosures] = compact.slice(0, lastTilde).split('~', MAX_DISCLOSURES + 2);
  if (disclosures.length > MAX_DISCLOSURES) throw malformed('has too many disclosures');
  const jws = decodeCompactJws(jwt, MAX_SD_JWT_CHARACTERS);
  const keyBindingJwt = compact.slice(lastTilde + 1);
  return {
    jws,
    disclosures,
    sdJwt: compact.slice(0, lastTilde + 1),
    keyBindingJwt: keyBindingJwt === '' ? undefined : keyBindingJwt,
  };
}

function malformed(finding: string): CredentialError {
  return new CredentialError('malformed', `SD-JWT ${finding}`);
}
