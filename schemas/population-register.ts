import * as v from 'valibot';
import { portraitSchema, portraitThumbSchema } from './enrolment-record.ts';
import { parseWith } from './parse-error.ts';

/** An answer of the register is refused when it is longer than this. */
export const MAX_REGISTER_ANSWER_BYTES = 16_384;

/** What is sent to the register (POST, JSON); nothing of it is ever in a URL. */
export type RegisterRequest = {
  readonly id_number: string;
  readonly family_name: string;
  readonly given_name: string;
  readonly birthdate: string;
};

const answerSchema = v.variant('result', [
  v.strictObject({
    result: v.literal('confirmed'),
    portrait: v.optional(portraitSchema),
    portrait_thumb: v.optional(portraitThumbSchema),
  }),
  v.strictObject({ result: v.literal('unconfirmed') }),
]);

/** The register's answer: one person with these four exists, or not; it does not say why not. */
export type RegisterAnswer = v.InferOutput<typeof answerSchema>;

/** Parses the register's answer; an unknown member is an error. */
export function parseRegisterAnswer(input: unknown): RegisterAnswer {
  return parseWith('register answer', answerSchema, input);
}

const demoRegisterSchema = v.strictObject({
  kind: v.literal('symbolon-demo-register'),
  version: v.literal(1),
  /** base64url, 32 bytes: keys the hashes by which people are found. */
  key: v.pipe(v.string(), v.length(43)),
  /** Hash of number, names and birth date (base64url) to the number of a portrait. */
  people: v.record(
    v.pipe(v.string(), v.length(43)),
    v.pipe(v.number(), v.safeInteger(), v.minValue(0), v.maxValue(99)),
  ),
});

/** The file of the embedded register: it can say whether it knows a person, not whom it knows. */
export type DemoRegisterFile = Readonly<v.InferOutput<typeof demoRegisterSchema>>;

/** Parses the file of the embedded register. */
export function parseDemoRegister(input: unknown): DemoRegisterFile {
  return parseWith('demo register', demoRegisterSchema, input);
}
