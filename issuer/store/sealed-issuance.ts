import type { KeyObject } from 'node:crypto';
import type { Random } from '@symbolon/credentials/crypto';
import { parseWith } from '@symbolon/schemas';
import * as v from 'valibot';
import { openBytes, sealBytes } from '../sealed-bytes.ts';
import type { SealedIssuance } from './issuance-store.ts';

/** An issued credential as the issuer remembers it: no signature, no holder key. */
export type IssuedCredential = {
  readonly configurationId: string;
  readonly listNumber: number;
  readonly index: number;
};

/** An {@link IssuedCredential} that was found again, by the id that an operator uses. */
export type FoundCredential = IssuedCredential & {
  /** `<enrolment>.<issuance>.<number>`; it stands in no credential. */
  readonly credentialId: string;
};

/** Whose data key seals. */
export type DataKeyOwner = { readonly enrolmentId: string; readonly dataKey: KeyObject };

/** Configuration, then list and index of each credential: 30 of them in some 300 bytes. */
const sealedSchema = v.array(
  v.strictTuple([v.string(), v.array(v.strictTuple([v.number(), v.number()]))]),
);

const ISSUANCE_ID_BYTES = 8;

const place = (enrolmentId: string, issuanceId: string): string =>
  `issuance.sealed_credentials ${enrolmentId} ${issuanceId}`;

/** Seals which status indexes the credentials of one answer have, under the enrolment's key. */
export function sealIssuance(
  { enrolmentId, dataKey }: DataKeyOwner,
  credentials: readonly IssuedCredential[],
  random: Random,
): SealedIssuance {
  const issuanceId = Buffer.from(random(ISSUANCE_ID_BYTES)).toString('hex');
  const configurations = [...new Set(credentials.map(({ configurationId }) => configurationId))];
  const content = configurations.map((configuration) => [
    configuration,
    credentials
      .filter(({ configurationId }) => configurationId === configuration)
      .map(({ listNumber, index }) => [listNumber, index]),
  ]);
  const plain = Buffer.from(JSON.stringify(content));
  return {
    enrolmentId,
    issuanceId,
    credentialCount: credentials.length,
    sealedCredentials: sealBytes(dataKey, place(enrolmentId, issuanceId), plain, random),
  };
}

/**
 * Opens what {@link sealIssuance} sealed.
 *
 * @throws Error when the key, either id or any byte is another one than when it was sealed.
 */
export function openIssuance(
  { enrolmentId, dataKey }: DataKeyOwner,
  { issuanceId, sealedCredentials }: SealedIssuance,
): readonly FoundCredential[] {
  const plain = openBytes(dataKey, place(enrolmentId, issuanceId), sealedCredentials);
  const json: unknown = JSON.parse(Buffer.from(plain.buffer).toString());
  const content = parseWith('sealed issuance', sealedSchema, json);
  return content
    .flatMap(([configurationId, entries]) =>
      entries.map(([listNumber, index]) => ({ configurationId, listNumber, index })),
    )
    .map((credential, at) => ({
      ...credential,
      credentialId: `${enrolmentId}.${issuanceId}.${at + 1}`,
    }));
}
