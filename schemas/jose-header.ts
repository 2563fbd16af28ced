import * as v from 'valibot';
import { base64Schema } from './location.ts';
import { parseWith } from './parse-error.ts';

/** Members of a header are ignored when not understood (RFC 7515 section 4), but for `crit`. */
const joseHeaderSchema = v.object({
  alg: v.pipe(v.string(), v.maxLength(32)),
  typ: v.optional(v.pipe(v.string(), v.maxLength(128))),
  /** Whatever it holds, we understand no extension. */
  crit: v.optional(v.unknown()),
  b64: v.optional(v.unknown()),
  /** Judged where a key may be embedded. */
  jwk: v.optional(v.record(v.string(), v.unknown())),
});

/** What every JWS header has in common (RFC 7515 section 4.1). */
export type JoseHeader = Readonly<v.InferOutput<typeof joseHeaderSchema>>;

/** Parses the members of a JWS header that any reader must look at. */
export function parseJoseHeader(input: unknown): JoseHeader {
  return parseWith('JWS header', joseHeaderSchema, input);
}

const issuerHeaderSchema = v.object({
  kid: v.optional(v.pipe(v.string(), v.minLength(1), v.maxLength(4096))),
  x5c: v.optional(v.pipe(v.array(base64Schema), v.minLength(1), v.maxLength(8))),
});

/** What the header of a credential says of the issuer's key. */
export type IssuerHeader = Readonly<v.InferOutput<typeof issuerHeaderSchema>>;

/** Parses the key's names in the header of a credential (RFC 7515 sections 4.1.4 and 4.1.6). */
export function parseIssuerHeader(input: unknown): IssuerHeader {
  return parseWith('credential header', issuerHeaderSchema, input);
}
