import * as v from 'valibot';

/**
 * Controls that change how the text around them is read: C0 and C1, and the bidirectional marks,
 * embeddings, overrides and isolates (Unicode UAX 9); also the two line separators.
 */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
const MISLEADING = /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/;

/**
 * A short text of somebody else that a person will read: 1 to 500 characters, well-formed, without
 * controls that could make it read as something else.
 */
export const displayTextSchema = v.pipe(
  v.string(),
  v.minLength(1),
  v.maxLength(500),
  v.check((text) => !/\p{Cs}/u.test(text) && !MISLEADING.test(text), 'misleading text'),
);

/** A text in one language (ETSI TS 119 475 writes purposes so); `lang` is a BCP 47 tag. */
export const localisedTextSchema = v.object({
  lang: v.pipe(v.string(), v.regex(/^[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8}){0,4}$/)),
  value: displayTextSchema,
});
