import * as v from 'valibot';
import { parseWith } from '../parse-error.ts';

const presentationSchema = v.pipe(v.string(), v.minLength(1), v.maxLength(65_536));

const answerSchema = v.strictObject({
  vp_token: v.pipe(
    // A list would pass as a record of its indexes.
    v.unknown(),
    v.check((vpToken) => !Array.isArray(vpToken), 'a list'),
    v.record(
      v.pipe(v.string(), v.regex(/^[\w-]{1,64}$/)),
      // One presentation for each asked credential: `multiple` is never asked for.
      v.pipe(v.array(presentationSchema), v.length(1)),
    ),
    v.check((vpToken) => {
      const count = Object.keys(vpToken).length;
      return count >= 1 && count <= 32;
    }, 'number of presentations'),
  ),
});

/** Error codes of an answer (OpenID4VP 1.0 section 8.5) that a wallet of this profile sends. */
export const ANSWER_ERRORS = [
  'access_denied',
  'invalid_request',
  'vp_formats_not_supported',
] as const;

const refusalSchema = v.strictObject({
  error: v.picklist(ANSWER_ERRORS),
  // RFC 6749 section 4.1.2.1: printable ASCII without quotation mark and backslash.
  error_description: v.optional(
    v.pipe(v.string(), v.maxLength(200), v.regex(/^[\x20-\x21\x23-\x5b\x5d-\x7e]*$/)),
  ),
});

/** An answer's `vp_token`: credential query id to its one presentation, with the wire's names. */
export type AnswerDocument = v.InferOutput<typeof answerSchema>;

/** A refusal, with the wire's names. */
export type RefusalDocument = v.InferOutput<typeof refusalSchema>;

/**
 * Parses an answer; the presentations in it are not yet verified.
 *
 * @throws {@link ParseError}
 * @see [OpenID4VP 1.0 section 8.1](https://openid.net/specs/openid-4-verifiable-presentations-1_0.html#section-8.1)
 */
export function parseAnswer(input: unknown): AnswerDocument {
  return parseWith('answer', answerSchema, input);
}

/**
 * Parses a refusal.
 *
 * @throws {@link ParseError}
 * @see [OpenID4VP 1.0 section 8.5](https://openid.net/specs/openid-4-verifiable-presentations-1_0.html#section-8.5)
 */
export function parseRefusal(input: unknown): RefusalDocument {
  return parseWith('answer', refusalSchema, input);
}
