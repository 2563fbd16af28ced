import * as v from 'valibot';
import { epochSecondsSchema } from './epoch-seconds.ts';
import { parseWith } from './parse-error.ts';

const validitySchema = v.object({
  iat: v.optional(epochSecondsSchema),
  nbf: v.optional(epochSecondsSchema),
  exp: v.optional(epochSecondsSchema),
});

/** The registered claims that say when a token is good (RFC 7519 section 4.1). */
export type Validity = Readonly<v.InferOutput<typeof validitySchema>>;

/** Parses the times of a token: whole seconds, where they are present. */
export function parseValidity(input: unknown): Validity {
  return parseWith('validity period', validitySchema, input);
}
