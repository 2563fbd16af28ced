import * as v from 'valibot';

const rowsSchema = v.array(
  v.looseObject({ id: v.string(), format: v.string(), fresh_copies: v.number() }),
);
const proofsSchema = v.object({ proofs: v.object({ jwt: v.array(v.string()) }) });
const answeredSchema = v.looseObject({
  code: v.string(),
  frames: v.optional(v.array(v.string()), []),
  files: v.array(v.string()),
});
const findingsSchema = v.object({
  findings: v.array(v.looseObject({ subject: v.string(), outcome: v.string() })),
});

/** What `list --json` printed. */
export const rowsOf = (text: string) => v.parse(rowsSchema, JSON.parse(text));

/** The key proofs of a credential request. */
export const proofsOf = (body: string) => v.parse(proofsSchema, JSON.parse(body)).proofs.jwt;

/** What `present --json` printed. */
export const answeredOf = (text: string) => v.parse(answeredSchema, JSON.parse(text));

/** What `doctor --json` printed. */
export const findingsOf = (text: string) => v.parse(findingsSchema, JSON.parse(text)).findings;

/** Any JSON object. */
export const objectOf = (text: string) =>
  v.parse(v.record(v.string(), v.unknown()), JSON.parse(text));

/** Any list of JSON objects. */
export const objectsOf = (text: string) =>
  v.parse(v.array(v.record(v.string(), v.unknown())), JSON.parse(text));

/** One of the base64url JSON parts of a JWT. */
export const partOf = (part: string) => objectOf(Buffer.from(part, 'base64url').toString());
