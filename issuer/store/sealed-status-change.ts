import type { Random } from '@symbolon/credentials/crypto';
import { parseWith } from '@symbolon/schemas';
import * as v from 'valibot';
import { type Bytes, openBytes, sealBytes } from '../sealed-bytes.ts';
import type { DataKeyOwner } from './sealed-issuance.ts';

const recordSchema = v.object({
  id: v.string(),
  change: v.picklist(['revoke', 'suspend', 'reinstate']),
  reason: v.string(),
  changed_at: v.number(),
  /** List and index of each decoy that changed with it. */
  decoys: v.optional(v.array(v.strictTuple([v.number(), v.number()])), []),
});

/** Why a status changed, and the decoys that changed with it. */
export type StatusChangeRecord = v.InferOutput<typeof recordSchema>;

const place = (enrolmentId: string, changeId: string): string =>
  `status_change.sealed_change ${enrolmentId} ${changeId}`;

/** Seals the record of a change under the enrolment's key. */
export function sealStatusChange(
  { enrolmentId, dataKey }: DataKeyOwner,
  changeId: string,
  record: StatusChangeRecord,
  random: Random,
): Bytes {
  const plain = Buffer.from(JSON.stringify(record));
  return sealBytes(dataKey, place(enrolmentId, changeId), plain, random);
}

/**
 * Opens what {@link sealStatusChange} sealed.
 *
 * @throws Error when the key, either id or any byte is another one than when it was sealed.
 */
export function openStatusChange(
  { enrolmentId, dataKey }: DataKeyOwner,
  changeId: string,
  sealed: Bytes,
): StatusChangeRecord {
  const plain = openBytes(dataKey, place(enrolmentId, changeId), sealed);
  const json: unknown = JSON.parse(Buffer.from(plain.buffer).toString());
  return parseWith('sealed status change', recordSchema, json);
}
