import { type JsonObject, ParseError, type PublicJwk, parseConfirmation } from '@symbolon/schemas';
import { CredentialError } from './error.ts';

/**
 * The holder's key, as `cnf` names it; `undefined` when there is no `cnf`.
 *
 * @throws {@link CredentialError} `holder_key_missing` when `cnf` names it in a way that we do not
 *   take: by reference, or as a private key.
 * @see RFC 7800 section 3.2
 */
export function holderKeyOf(payload: JsonObject): PublicJwk | undefined {
  if (!('cnf' in payload)) return undefined;
  try {
    return parseConfirmation(payload['cnf']).jwk;
  } catch (cause) {
    if (!(cause instanceof ParseError)) throw cause;
    throw new CredentialError('holder_key_missing', cause.message, { cause });
  }
}
