import type { ClaimPath, JsonObject, JsonValue } from '@symbolon/schemas';

/** A claim that a path pointer selects: its own path, without `null`, and its value. */
export type SelectedClaim = {
  readonly path: readonly (string | number)[];
  readonly value: JsonValue;
};

/**
 * Applies a claims path pointer to a JSON-based credential.
 *
 * @returns The selected claims; none when the pointer leads nowhere, or when a step is of the wrong
 *   kind for what it meets (the specification's "abort": the claim does not exist).
 * @see [OpenID4VP 1.0 section 7.1.1](https://openid.net/specs/openid-4-verifiable-presentations-1_0.html#section-7.1.1)
 */
export function selectClaims(credential: JsonObject, path: ClaimPath): readonly SelectedClaim[] {
  let selected: readonly SelectedClaim[] = [{ path: [], value: credential }];
  for (const step of path) {
    const next: SelectedClaim[] = [];
    for (const claim of selected) {
      const found = takeStep(claim, step);
      if (found === undefined) return [];
      next.push(...found);
    }
    selected = next;
  }
  return selected;
}

/** `undefined` when the step does not fit: a name on no object, an index on no array. */
function takeStep(
  { path, value }: SelectedClaim,
  step: ClaimPath[number],
): readonly SelectedClaim[] | undefined {
  if (typeof step === 'string') {
    if (!isObject(value)) return undefined;
    const member = Object.hasOwn(value, step) ? value[step] : undefined;
    return member === undefined ? [] : [{ path: [...path, step], value: member }];
  }
  if (!isArray(value)) return undefined;
  const elements = value.map((element, index) => ({ path: [...path, index], value: element }));
  return step === null ? elements : elements.slice(step, step + 1);
}

function isObject(value: JsonValue): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isArray(value: JsonValue): value is readonly JsonValue[] {
  return Array.isArray(value);
}
