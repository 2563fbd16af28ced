import { createSecretKey } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { parseEnrolmentRecord } from '@symbolon/schemas/enrolment-record';
import Database from 'better-sqlite3';
import { expect, test } from 'vitest';
import { openLivingEnrolment } from '../../../../issuer/issuance/claims-for-credential.ts';
import { createOffer } from '../../../../issuer/issuance/create-offer.ts';
import { enrol } from '../../../../issuer/issuance/enrol.ts';
import { redeemPreAuthorizedCode } from '../../../../issuer/issuance/redeem-code.ts';
import { demoPeople } from '../../../../issuer/register/demo-people.ts';
import { expiringKey, ownExpiringKey } from '../../../../issuer/store/expiring-key.ts';
import { openIssuance, sealIssuance } from '../../../../issuer/store/sealed-issuance.ts';
import { addEnrolment, NOON, random, testParts } from '../support/issuer-parts.ts';

const FACES = new URL('../../../../issuer/register/portraits/', import.meta.url);
const face = (name: string) => readFileSync(new URL(name, FACES));

const [somebody] = demoPeople();
const RECORD = parseEnrolmentRecord({
  ...somebody.record,
  family_name: 'Plantedfamily',
  given_name: '植物园',
  resident_address: { street_address: 'Plantedstreet 77' },
  place_of_birth: { locality: 'Plantedtown' },
  portrait: face('face-3.jpg').toString('base64'),
  portrait_thumb: face('face-3.avif').toString('base64'),
  vouching: { method: 'seen_in_person', date: '2026-11-24' },
});
const OPERATOR = 'Planted Operator';

/** A text as it could stand in a file; a picture by a piece of it. */
const traces = (text: string): readonly Buffer[] => [
  Buffer.from(text),
  Buffer.from(text, 'utf16le'),
  Buffer.from(Buffer.from(text).toString('base64url')),
  Buffer.from(Buffer.from(text).toString('hex')),
];
const pictureTraces = (name: string): readonly Buffer[] => {
  const piece = face(name).subarray(300, 330);
  return [piece, Buffer.from(face(name).toString('base64').slice(400, 440))];
};

const PERSONAL: ReadonlyMap<string, readonly Buffer[]> = new Map([
  ['ID number', traces(RECORD.id_number)],
  ['ID number without its check character', traces(RECORD.id_number.slice(0, 17))],
  ['family name', traces('Plantedfamily')],
  ['given name', traces('植物园')],
  ['birth date', traces(RECORD.birthdate)],
  ['address', traces('Plantedstreet')],
  ['place of birth', traces('Plantedtown')],
  ['operator', traces(OPERATOR)],
  ['portrait', pictureTraces('face-3.jpg')],
  ['thumb', pictureTraces('face-3.avif')],
]);

/** Everything that the database has on disk at this moment. */
const readFiles = (path: string): Buffer =>
  Buffer.concat(['', '-wal', '-shm'].map((suffix) => readFileSync(`${path}${suffix}`)));

const found = (files: Buffer, planted: ReadonlyMap<string, readonly Buffer[]>): string[] =>
  [...planted].filter(([, all]) => all.some((each) => files.includes(each))).map(([name]) => name);

const secretOf = (offerUri: string, pattern: RegExp): string =>
  pattern.exec(decodeURIComponent(offerUri))?.[1] ?? 'no secret found';

function sealedOf(column: unknown): Buffer {
  if (!Buffer.isBuffer(column)) throw new TypeError('no bytes');
  return column;
}

async function issueTo(parts: ReturnType<typeof testParts>) {
  const { enrolmentId } = await enrol(parts, { record: RECORD, operator: OPERATOR });
  const configurationIds = ['identity-card_dc+sd-jwt'];
  const request = { enrolmentId, configurationIds };
  const offer = await createOffer(parts, { ...request, byReference: false });
  const other = await createOffer(parts, { ...request, byReference: true });
  const code = secretOf(offer.offerUri, /"pre-authorized_code":"([^"]+)"/);
  const redemption = { code, txCode: offer.txCode, dpopJkt: undefined, now: NOON };
  const { accessToken } = await redeemPreAuthorizedCode(parts, redemption);
  const opened = await openLivingEnrolment(parts, enrolmentId);
  const credential = { configurationId: 'identity-card_dc+sd-jwt', listNumber: 1, index: 777_123 };
  const sealed = sealIssuance(opened, [credential], random);
  const nonce = 'planted-nonce-0123456789';
  const tokenKey = ownExpiringKey(accessToken);
  const nonceKeys = [expiringKey(NOON + 300, nonce)];
  expect(await parts.store.recordIssuance({ ...sealed, tokenKey, nonceKeys }, NOON)).toBe(
    'recorded',
  );
  const secrets = new Map([
    ['code', traces(code)],
    ['access token', traces(accessToken)],
    ['reference', traces(secretOf(other.offerUri, /\/offers\/([\w-]+)/))],
    ['nonce', traces(nonce)],
    ['transaction codes', [...traces(`"${offer.txCode}"`), ...traces(`"${other.txCode}"`)]],
    ['status index', traces('777123')],
    ['data key', [opened.dataKey.export()]],
  ]);
  return { enrolmentId, secrets, opened };
}

test('[threat 18] the files hold no planted value of a person, at rest', async () => {
  const parts = testParts();
  const { secrets } = await issueTo(parts);
  const files = readFiles(parts.path);
  expect(found(files, PERSONAL)).toEqual([]);
  expect(found(files, secrets)).toEqual([]);
  // The search itself sees what is there.
  await parts.store.addRelyingParty({ relyingPartyId: 'x', document: '{"a":"Plantedfamily"}' });
  expect(found(readFiles(parts.path), PERSONAL)).toEqual(['family name']);
});

test('[threat 10] no column holds a signature, a holder key or a readable status index of a person', async () => {
  const parts = testParts();
  const { enrolmentId, opened } = await issueTo(parts);
  await parts.store.close();
  const database = new Database(parts.path, { readonly: true });
  const columns = database
    .prepare(
      `SELECT t.name || '.' || c.name FROM sqlite_schema t, pragma_table_info(t.name) c
       WHERE t.type = 'table' AND c.name NOT IN ('enrolment_id', 'list_number') ORDER BY 1`,
    )
    .pluck()
    .all();
  // A new column is a decision: add it here, and say what it may hold.
  expect(columns).toEqual(
    [
      'access_token.configuration_ids',
      'access_token.credentials_left',
      'access_token.dpop_jkt',
      'access_token.token_key',
      'data_key.wrapped_key',
      'enrolment.sealed_person',
      'enrolment.state',
      'erasure.erased_at',
      'issuance.credential_count',
      'issuance.issuance_id',
      'issuance.sealed_credentials',
      'offer.attempts',
      'offer.configuration_ids',
      'offer.offer_key',
      'offer.tx_code_hmac',
      'offer_reference.reference_key',
      'offer_reference.sealed_offer',
      'person.enrolment_id',
      'person.person_hmac',
      'purged_nonce.last_key',
      'purged_nonce.only_row',
      'relying_party.document',
      'relying_party.relying_party_id',
      'relying_party.revoked_at',
      'sequence.series',
      'sequence.value',
      'spent_nonce.nonce_key',
      'status_change.change_id',
      'status_change.sealed_change',
      'status_entry.status_index',
      'status_entry.value',
      'status_list.next_counter',
      'status_list.size',
    ].filter((name) => name !== 'person.enrolment_id'),
  );
  const sealed = database.prepare('SELECT sealed_credentials FROM issuance').pluck().all();
  database.close();
  expect(sealed).toHaveLength(1);
  const issuance = {
    enrolmentId,
    issuanceId: 'ffffffffffffffff',
    credentialCount: 1,
    sealedCredentials: new Uint8Array(sealedOf(sealed[0])),
  };
  // In another place, or with another key, it does not open.
  expect(() => openIssuance(opened, issuance)).toThrow();
  expect(() =>
    openIssuance({ ...opened, dataKey: createSecretKey(random(32)) }, issuance),
  ).toThrow();
});

test('[threat 18] erasure leaves neither the wrapped key nor anything sealed under it in any file', async () => {
  const parts = testParts();
  const { store } = parts;
  const before = await Promise.all(Array.from({ length: 700 }, () => addEnrolment(store)));
  const { enrolmentId } = await issueTo(parts);
  const after = await Promise.all(Array.from({ length: 700 }, () => addEnrolment(store)));
  const ids = [enrolmentId, ...before.slice(0, 60), ...after.slice(0, 60)];
  const planted = new Map<string, readonly Buffer[]>();
  for (const id of ids) {
    const stored = await store.getEnrolment(id);
    const issuances = await store.getIssuances(id);
    const sealed = issuances.map(({ sealedCredentials }) => Buffer.from(sealedCredentials));
    const person = Buffer.from(stored?.sealedPerson ?? []);
    planted.set(id, [
      Buffer.from(stored?.wrappedKey ?? []),
      person.subarray(0, 60),
      person.subarray(-60),
      ...sealed,
    ]);
  }
  expect(found(readFiles(parts.path), planted)).toHaveLength(ids.length);
  for (const id of ids) await store.eraseEnrolment(id, NOON);
  const files = readFiles(parts.path);
  expect(found(files, planted)).toEqual([]);
  expect(found(files, PERSONAL)).toEqual([]);
  expect(await store.getEnrolment(after[99] ?? '')).toBeDefined();
});
