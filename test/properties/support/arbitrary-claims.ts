import type { ClaimPath, JsonObject, JsonValue } from '@symbolon/schemas';
import fc from 'fast-check';
import { pathsOf } from '../../unit/credentials/support/handmade.ts';

/** Claims, which of them are selectively disclosable, and which of those are to be shown. */
export type ClaimSet = {
  readonly claims: JsonObject;
  readonly disclosable: readonly ClaimPath[];
  readonly chosen: readonly ClaimPath[];
};

const RESERVED =
  /^(?:_sd|_sd_alg|_sd_decoy|\.\.\.|__proto__|iss|iat|nbf|exp|cnf|vct.*|aka_vcts|status|sub|jti|aud)$/;

const nameArbitrary = fc
  .oneof(
    fc.stringMatching(/^[a-z][a-z_]{0,11}$/),
    fc.string({ unit: 'grapheme', minLength: 1, maxLength: 6 }),
    fc.constantFrom('constructor', 'toString', 'length', '$', 'a b', 'é', '名'),
  )
  // Names that look like array indexes change their order in JavaScript objects, in every library.
  .filter((name) => !RESERVED.test(name) && !/^\d+$/.test(name));

const leafArbitrary: fc.Arbitrary<JsonValue> = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 12 }),
  fc.integer(),
  fc.boolean(),
  fc.constant(null),
  fc.constantFrom('"_sd":', '~', '.', '王小明', '\\', '\u2028'),
);

const { value: valueArbitrary } = fc.letrec<{ value: JsonValue }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    leafArbitrary,
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(nameArbitrary, tie('value'), { maxKeys: 4, noNullPrototype: true }),
  ),
}));

/** Claim sets of any shape. */
export const claimSetArbitrary: fc.Arbitrary<ClaimSet> = fc
  .dictionary(nameArbitrary, valueArbitrary, { minKeys: 1, maxKeys: 6, noNullPrototype: true })
  .chain((claims) => {
    const paths = pathsOf(claims);
    return fc
      .tuple(fc.subarray(paths), fc.subarray(paths, { maxLength: Math.min(4, paths.length) }))
      .map(([disclosable, chosen]) => ({ claims, disclosable, chosen }));
  });

const isPrefix = (a: ClaimPath, b: ClaimPath) => a.every((step, at) => step === b[at]);

/** Told from the claims alone: what a verifier sees when the chosen claims are shown. */
export const expectedToShow = ({ claims, disclosable, chosen }: ClaimSet): JsonObject => {
  const isHidden = (path: ClaimPath) =>
    disclosable.some((each) => each.length === path.length && isPrefix(each, path)) &&
    !chosen.some((each) => isPrefix(each, path) || isPrefix(path, each));
  const showObject = (object: JsonObject, at: ClaimPath): JsonObject =>
    Object.fromEntries(
      Object.entries(object)
        .filter(([name]) => !isHidden([...at, name]))
        .map(([name, value]) => [name, show(value, [...at, name])]),
    );
  const show = (value: JsonValue, at: ClaimPath): JsonValue => {
    if (typeof value !== 'object' || value === null) return value;
    if (!isArray(value)) return showObject(value, at);
    return value.flatMap((element, index) =>
      isHidden([...at, index]) ? [] : [show(element, [...at, index])],
    );
  };
  return showObject(claims, []);
};

const isArray = (value: JsonValue): value is readonly JsonValue[] => Array.isArray(value);
