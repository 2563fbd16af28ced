import { parseSdJwt, processDisclosures } from '@symbolon/credentials';
import { decodeCompactJws } from '@symbolon/credentials/jose';
import type { JsonObject, JsonValue } from '@symbolon/schemas';
import type { Card } from '@symbolon/schemas/wallet-file';

const MAX_CREDENTIAL_BYTES = 262_144;

/**
 * All claims of a card, disclosed, from the root of the credential; of a JWT credential (data
 * model 1.1), of its `vc`. They were verified before the card was kept, and the wallet's seal has
 * held since.
 */
export async function readClaims({
  copies,
  format,
}: Pick<Card, 'copies' | 'format'>): Promise<JsonObject> {
  const [copy] = copies;
  if (copy === undefined) throw new RangeError('a card has at least one copy');
  if (format !== 'jwt_vc_json') {
    return (await processDisclosures(parseSdJwt(copy.credential, format))).payload;
  }
  const { vc = {} } = decodeCompactJws(copy.credential, MAX_CREDENTIAL_BYTES).payload;
  return isObject(vc) ? vc : {};
}

function isObject(value: JsonValue): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
