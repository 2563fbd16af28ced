import * as v from 'valibot';

/**
 * A claims path pointer (OpenID4VP 1.0 section 7): names, array indexes, and `null` for every
 * element of an array.
 */
export type ClaimPath = readonly (string | number | null)[];

/** Up to 16 steps; an index is a non-negative integer. */
export const claimPathSchema = v.pipe(
  v.array(
    v.union([
      v.pipe(v.string(), v.minLength(1), v.maxLength(200)),
      v.pipe(v.number(), v.safeInteger(), v.minValue(0), v.maxValue(65_535)),
      v.null(),
    ]),
  ),
  v.minLength(1),
  v.maxLength(16),
);
