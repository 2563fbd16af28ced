import { createSecretKey, type KeyObject } from 'node:crypto';
import type { Random } from '@symbolon/credentials/crypto';
import { parseWith } from '@symbolon/schemas';
import { type PersonRecord, VOUCHED_DOCUMENTS } from '@symbolon/schemas/enrolment-record';
import * as v from 'valibot';
import type { WrappingKey } from '../agent/contract.ts';
import { openBytes, sealBytes } from '../sealed-bytes.ts';
import type { EnrolmentState, SealedEnrolment, StoredEnrolment } from './issuance-store.ts';

/** What is sealed of an enrolment. */
export type EnrolledPerson = {
  readonly person: PersonRecord;
  readonly assuranceLevel: 'basic' | 'advanced';
  /** Who vouched. */
  readonly operator: string;
};

/** An enrolment while it is in use: its data key and what that opens. */
export type OpenedEnrolment = EnrolledPerson & {
  readonly enrolmentId: string;
  readonly state: EnrolmentState;
  readonly dataKey: KeyObject;
};

const text = v.string();
const maybeText = v.optional(v.string());

/**
 * The shape alone: what was sealed had passed the record's own schema, and nobody but us can have
 * sealed it. Looking again at every character would take longer than to decipher it.
 */
const enrolledPersonSchema = v.strictObject({
  person: v.strictObject({
    family_name: text,
    given_name: text,
    birthdate: text,
    sex: v.picklist([0, 1, 2, 9]),
    nationalities: v.array(text),
    place_of_birth: v.optional(
      v.strictObject({ country: maybeText, region: maybeText, locality: maybeText }),
    ),
    resident_address: v.optional(
      v.strictObject({
        formatted: maybeText,
        country: maybeText,
        region: maybeText,
        locality: maybeText,
        postal_code: maybeText,
        street_address: maybeText,
      }),
    ),
    portrait: maybeText,
    portrait_thumb: maybeText,
    vouching: v.strictObject({
      method: v.literal('seen_in_person'),
      date: text,
      document: v.optional(
        v.strictObject({ type: v.picklist(VOUCHED_DOCUMENTS), issuing_country: maybeText }),
      ),
    }),
  }),
  assuranceLevel: v.picklist(['basic', 'advanced']),
  operator: text,
});

const DATA_KEY_BYTES = 32;

const keyPlace = (enrolmentId: string): string => `data_key.wrapped_key ${enrolmentId}`;
const personPlace = (enrolmentId: string): string => `enrolment.sealed_person ${enrolmentId}`;

/** Seals a person under a new data key, and wraps that key. */
export async function sealEnrolment(
  enrolmentId: string,
  enrolled: EnrolledPerson,
  wrappingKey: WrappingKey,
  random: Random,
): Promise<SealedEnrolment> {
  const dataKey = random(DATA_KEY_BYTES);
  const plain = Buffer.from(JSON.stringify(enrolled));
  try {
    const wrappedKey = await wrappingKey.wrap(dataKey, keyPlace(enrolmentId));
    const sealedPerson = sealBytes(dataKey, personPlace(enrolmentId), plain, random);
    return { enrolmentId, wrappedKey, sealedPerson };
  } finally {
    dataKey.fill(0);
    plain.fill(0);
  }
}

/**
 * Opens an enrolment.
 *
 * @throws Error when a key, the enrolment's id or any byte is another one than when it was sealed.
 */
export async function openSealedEnrolment(
  stored: StoredEnrolment,
  wrappingKey: WrappingKey,
): Promise<OpenedEnrolment> {
  const { enrolmentId, state } = stored;
  const dataKey = await openDataKey(stored, wrappingKey);
  const plain = openBytes(dataKey, personPlace(enrolmentId), stored.sealedPerson);
  const json: unknown = JSON.parse(Buffer.from(plain.buffer).toString());
  const enrolled = parseWith('sealed enrolment', enrolledPersonSchema, json);
  return { enrolmentId, state, dataKey, ...enrolled };
}

/** Opens the data key alone, for what else is sealed under it. */
export async function openDataKey(
  { enrolmentId, wrappedKey }: SealedEnrolment,
  wrappingKey: WrappingKey,
): Promise<KeyObject> {
  const bytes = await wrappingKey.unwrap(wrappedKey, keyPlace(enrolmentId));
  const dataKey = createSecretKey(bytes);
  bytes.fill(0);
  return dataKey;
}
