import * as v from 'valibot';
import { epochSecondsSchema } from './epoch-seconds.ts';
import { publicJwkSchema } from './jwk.ts';
import { parseWith } from './parse-error.ts';

const keyBindingSchema = v.object({
  iat: epochSecondsSchema,
  /** One string: an array would let one presentation serve several verifiers. */
  aud: v.string(),
  nonce: v.string(),
  sd_hash: v.string(),
  exp: v.optional(epochSecondsSchema),
  nbf: v.optional(epochSecondsSchema),
});

/** The payload of a key binding JWT. */
export type KeyBindingPayload = Readonly<v.InferOutput<typeof keyBindingSchema>>;

/** Parses the payload of a key binding JWT (RFC 9901 section 4.3); other claims are ignored. */
export function parseKeyBinding(input: unknown): KeyBindingPayload {
  return parseWith('key binding JWT', keyBindingSchema, input);
}

const confirmationSchema = v.object({ jwk: publicJwkSchema });

/** The `cnf` claim: the holder's key, as a JWK. */
export type Confirmation = Readonly<v.InferOutput<typeof confirmationSchema>>;

/** Parses a `cnf` claim that carries a JWK (RFC 7800 section 3.2). */
export function parseConfirmation(input: unknown): Confirmation {
  return parseWith('cnf', confirmationSchema, input);
}
