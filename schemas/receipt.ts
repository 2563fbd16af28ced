import * as v from 'valibot';
import { epochSecondsSchema } from './epoch-seconds.ts';
import { base64UrlSchema } from './jwk.ts';
import { parseWith } from './parse-error.ts';

const digestSchema = v.pipe(base64UrlSchema, v.length(43));
const codeSchema = v.pipe(v.string(), v.regex(/^[a-z0-9_]{1,64}$/));

const receiptSchema = v.strictObject({
  version: v.literal(1),
  /** When it was checked, by the trusted time. */
  time: epochSecondsSchema,
  policy: v.pipe(v.string(), v.regex(/^[a-z][a-z-]{0,63}$/)),
  outcome: v.picklist(['accepted', 'rejected', 'undecided']),
  checks: v.pipe(
    v.array(
      v.strictObject({
        check: codeSchema,
        outcome: v.picklist(['passed', 'failed', 'unknown']),
        code: v.optional(codeSchema),
      }),
    ),
    v.minLength(1),
    v.maxLength(32),
  ),
  bundle: v.strictObject({
    sequence: v.pipe(v.number(), v.safeInteger(), v.minValue(1)),
    /** SHA-256 of what the authority signed, base64url: the bundle without its signature. */
    digest: digestSchema,
  }),
  /** SHA-256 of the sealed answer, base64url. */
  answer: digestSchema,
});

/** `typ` of a receipt. */
export const RECEIPT_TYPE = 'symbolon-receipt+jwt';

/** What a desk keeps of a check: no value of a claim, and nothing that leads to the person. */
export type Receipt = v.InferOutput<typeof receiptSchema>;

/** Parses the payload of a receipt; says nothing about who signed it. */
export function parseReceipt(input: unknown): Receipt {
  return parseWith('receipt', receiptSchema, input);
}
