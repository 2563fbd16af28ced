import type { JsonObject, JsonValue } from '@symbolon/schemas';

/**
 * The JSON of a message of ours: members that are absent (`undefined`) are left out.
 *
 * @throws TypeError for what is not JSON: our own fault.
 */
export function jsonObjectOf(message: object): JsonObject {
  return Object.fromEntries(
    Object.entries(message)
      .filter(([, member]) => member !== undefined)
      .map(([name, member]) => [name, jsonValueOf(member)]),
  );
}

function jsonValueOf(value: unknown): JsonValue {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value;
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  if (Array.isArray(value)) return value.map(jsonValueOf);
  if (typeof value === 'object') return jsonObjectOf(value);
  throw new TypeError(`a ${typeof value} is not JSON`);
}
