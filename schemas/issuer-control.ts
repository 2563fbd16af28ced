import * as v from 'valibot';
import { epochSecondsSchema } from './epoch-seconds.ts';
import { parseWith } from './parse-error.ts';

const idSchema = v.pipe(v.string(), v.regex(/^[\w:.-]{1,128}$/));
const nameSchema = v.pipe(v.string(), v.regex(/^[\w.+-]{1,64}$/));
const reasonSchema = v.pipe(v.string(), v.minLength(1), v.maxLength(500));

const requestSchema = v.variant('action', [
  v.strictObject({
    action: v.literal('enrol'),
    /** The enrolment record, checked by its own schema. */
    record: v.record(v.string(), v.unknown()),
    operator: v.pipe(v.string(), v.minLength(1), v.maxLength(200)),
  }),
  v.strictObject({
    action: v.literal('offer'),
    enrolment_id: idSchema,
    configuration_ids: v.pipe(v.array(nameSchema), v.minLength(1), v.maxLength(64)),
    by_reference: v.boolean(),
  }),
  v.strictObject({
    action: v.literal('change_status'),
    id: idSchema,
    change: v.picklist(['revoke', 'suspend', 'reinstate']),
    reason: reasonSchema,
  }),
  v.strictObject({
    action: v.literal('relying_party_add'),
    /** The relying-party file, checked by its own schema. */
    registration: v.record(v.string(), v.unknown()),
    /** PEM. */
    signing_request: v.optional(v.pipe(v.string(), v.maxLength(16_384))),
  }),
  v.strictObject({ action: v.literal('relying_party_list') }),
  v.strictObject({ action: v.literal('relying_party_revoke'), id: idSchema }),
  v.strictObject({ action: v.literal('bundle'), issued_at: v.optional(epochSecondsSchema) }),
  v.strictObject({ action: v.literal('health') }),
]);

const responseSchema = v.union([
  v.strictObject({ result: v.record(v.string(), v.unknown()) }),
  v.strictObject({
    error: v.strictObject({
      code: v.pipe(v.string(), v.maxLength(100)),
      message: v.string(),
      hint: v.optional(v.string()),
    }),
  }),
]);

/** What an operator's command asks of the authority, over its control socket or directly. */
export type ControlRequest = v.InferOutput<typeof requestSchema>;

/** The answer to a {@link ControlRequest}, one line of JSON. */
export type ControlResponse = v.InferOutput<typeof responseSchema>;

/** Parses one request of the control socket; an unknown member is an error. */
export function parseControlRequest(input: unknown): ControlRequest {
  return parseWith('control request', requestSchema, input);
}

/** Parses one answer of the control socket. */
export function parseControlResponse(input: unknown): ControlResponse {
  return parseWith('control response', responseSchema, input);
}

const listedPartiesSchema = v.strictObject({
  relying_parties: v.array(
    v.strictObject({
      relying_party_id: v.string(),
      name: v.string(),
      identifier: v.string(),
      registered_at: epochSecondsSchema,
      expires_at: epochSecondsSchema,
      revoked_at: v.optional(epochSecondsSchema),
    }),
  ),
});

/** A relying party as `issuer relying-party list` shows it. */
export type ListedParty = v.InferOutput<typeof listedPartiesSchema>['relying_parties'][number];

/** Parses the answer to `relying_party_list`. */
export function parseListedParties(input: unknown): readonly ListedParty[] {
  return parseWith('control response', listedPartiesSchema, input).relying_parties;
}
