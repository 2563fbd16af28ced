import { epochSecondsSchema } from '@symbolon/schemas';
import * as v from 'valibot';
import type { Bytes } from '../sealed-bytes.ts';
import type {
  SealedIssuance,
  StatusEntry,
  StatusListRow,
  StoredEnrolment,
  StoredRelyingParty,
} from './issuance-store.ts';

/** `better-sqlite3` and `pg` give a `Buffer`, which may be a view of a larger pool. */
const bytesSchema = v.pipe(
  v.instance(Uint8Array),
  v.transform((blob): Bytes => new Uint8Array(blob)),
);

/** `pg` gives a BIGINT as text, `better-sqlite3` an INTEGER as a number. */
const integerSchema = v.pipe(
  v.union([v.number(), v.pipe(v.string(), v.regex(/^-?\d{1,15}$/))]),
  v.transform(Number),
  v.safeInteger(),
);

const configurationIdsSchema = v.pipe(v.string(), v.parseJson(), v.array(v.string()));

const enrolmentRowSchema = v.strictObject({
  enrolment_id: v.string(),
  state: v.picklist(['living', 'suspended', 'revoked']),
  wrapped_key: bytesSchema,
  sealed_person: bytesSchema,
});

const offerRowSchema = v.strictObject({
  enrolment_id: v.string(),
  configuration_ids: configurationIdsSchema,
  tx_code_hmac: bytesSchema,
  attempts: integerSchema,
});

const accessTokenRowSchema = v.strictObject({
  enrolment_id: v.string(),
  configuration_ids: configurationIdsSchema,
  dpop_jkt: v.nullable(v.string()),
  credentials_left: integerSchema,
});

const issuanceRowSchema = v.strictObject({
  enrolment_id: v.string(),
  issuance_id: v.string(),
  credential_count: integerSchema,
  sealed_credentials: bytesSchema,
});

const statusListRowSchema = v.strictObject({
  list_number: integerSchema,
  size: integerSchema,
  next_counter: integerSchema,
});

const statusEntryRowSchema = v.strictObject({
  list_number: integerSchema,
  status_index: integerSchema,
  value: v.pipe(integerSchema, v.picklist([1, 2])),
});

const statusChangeRowSchema = v.strictObject({
  change_id: v.string(),
  sealed_change: bytesSchema,
});

const relyingPartyRowSchema = v.strictObject({
  relying_party_id: v.string(),
  document: v.string(),
  revoked_at: v.nullable(v.pipe(integerSchema, epochSecondsSchema)),
});

/** A row of `offer` with what an attempt to redeem it needs. */
export type OfferRow = v.InferOutput<typeof offerRowSchema>;

/** A row of `access_token`. */
export type AccessTokenRow = v.InferOutput<typeof accessTokenRowSchema>;

/** Reads a row of `enrolment` joined with its `data_key`; `undefined` stays `undefined`. */
export function decodeEnrolmentRow(row: unknown): StoredEnrolment | undefined {
  if (row === undefined) return undefined;
  const { enrolment_id, state, wrapped_key, sealed_person } = v.parse(enrolmentRowSchema, row);
  return {
    enrolmentId: enrolment_id,
    state,
    wrappedKey: wrapped_key,
    sealedPerson: sealed_person,
  };
}

/** Reads a row of `offer`; `undefined` stays `undefined`. */
export function decodeOfferRow(row: unknown): OfferRow | undefined {
  return row === undefined ? undefined : v.parse(offerRowSchema, row);
}

/** Reads a row of `access_token`; `undefined` stays `undefined`. */
export function decodeAccessTokenRow(row: unknown): AccessTokenRow | undefined {
  return row === undefined ? undefined : v.parse(accessTokenRowSchema, row);
}

/** Reads a row of `issuance`. */
export function decodeIssuanceRow(row: unknown): SealedIssuance {
  const parsed = v.parse(issuanceRowSchema, row);
  return {
    enrolmentId: parsed.enrolment_id,
    issuanceId: parsed.issuance_id,
    credentialCount: parsed.credential_count,
    sealedCredentials: parsed.sealed_credentials,
  };
}

/** Reads a row of `status_list`. */
export function decodeStatusListRow(row: unknown): StatusListRow {
  const { list_number, size, next_counter } = v.parse(statusListRowSchema, row);
  return { listNumber: list_number, size, nextCounter: next_counter };
}

/** Reads a row of `status_entry`. */
export function decodeStatusEntryRow(row: unknown): StatusEntry {
  const { list_number, status_index, value } = v.parse(statusEntryRowSchema, row);
  return { listNumber: list_number, index: status_index, value };
}

/** Reads a row of `status_change`: its id and what is sealed. */
export function decodeStatusChangeRow(row: unknown): readonly [string, Bytes] {
  const { change_id, sealed_change } = v.parse(statusChangeRowSchema, row);
  return [change_id, sealed_change];
}

/** Reads a row of `relying_party`. */
export function decodeRelyingPartyRow(row: unknown): StoredRelyingParty {
  const { relying_party_id, document, revoked_at } = v.parse(relyingPartyRowSchema, row);
  return {
    relyingPartyId: relying_party_id,
    document,
    revokedAt: revoked_at ?? undefined,
  };
}

/** Reads the only column of a row, a whole number (`RETURNING` one column, in either database). */
export function decodeIntegerRow(row: unknown, column: string): number {
  return v.parse(v.object({ [column]: integerSchema }), row)[column] ?? Number.NaN;
}

/** Reads the only column of a row, bytes; `undefined` stays `undefined`. */
export function decodeBytesRow(row: unknown, column: string): Bytes | undefined {
  return row === undefined ? undefined : v.parse(v.object({ [column]: bytesSchema }), row)[column];
}
