import { type JsonObject, ParseError, type PublicJwk, parseConfirmation } from '@symbolon/schemas';

/**
 * The holder's key, as `cnf` names it; `undefined` when there is no `cnf`, or when it names a key in a
 * way that we do not take: by reference, of another kind, or with its private member.
 *
 * @see RFC 7800 section 3.2
 */
export function holderKeyOf(payload: JsonObject): PublicJwk | undefined {
  if (!('cnf' in payload)) return undefined;
  try {
    return parseConfirmation(payload['cnf']).jwk;
  } catch (cause) {
    if (cause instanceof ParseError) return undefined;
    throw cause;
  }
}
