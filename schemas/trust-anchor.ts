import * as v from 'valibot';
import { p256PublicJwkSchema } from './jwk.ts';
import { parseWith } from './parse-error.ts';

/** The shape of `anchor.json`. */
export const trustAnchorSchema = v.strictObject({
  kind: v.literal('symbolon-trust-anchor'),
  version: v.literal(1),
  authority: v.pipe(v.string(), v.minLength(1), v.maxLength(200)),
  demo: v.boolean(),
  key: p256PublicJwkSchema,
});

/**
 * `anchor.json`: the name of an authority and the public key that signs its trust bundles and
 * nothing else. `demo` is shown wherever the authority's name is.
 */
export type TrustAnchor = v.InferOutput<typeof trustAnchorSchema>;

/** Parses an anchor file; whether to believe it is the reader's decision, by its fingerprint. */
export function parseTrustAnchor(input: unknown): TrustAnchor {
  return parseWith('trust anchor', trustAnchorSchema, input);
}
