import type { Database } from 'better-sqlite3';
import { StoreError } from './error.ts';

/**
 * The schema, one step for each version that was ever published; a step is never changed.
 *
 * Tables without a rowid keep no trace of the order in which rows came. Rows that expire have an
 * `ExpiringKey`; rows of an enrolment lie together under its id. Nothing here is personal
 * unless it is sealed, and no column holds a code, token, nonce, holder's key or status index of a
 * person: `status_entry` names entries, not whose they are.
 */
const MIGRATIONS: readonly string[] = [
  `
  CREATE TABLE enrolment (
    enrolment_id TEXT PRIMARY KEY,
    state TEXT NOT NULL CHECK (state IN ('living', 'suspended', 'revoked')),
    sealed_person BLOB NOT NULL) STRICT;
  CREATE TABLE data_key (
    enrolment_id TEXT PRIMARY KEY,
    wrapped_key BLOB NOT NULL) STRICT, WITHOUT ROWID;
  CREATE TABLE person (
    person_hmac BLOB PRIMARY KEY,
    enrolment_id TEXT NOT NULL UNIQUE) STRICT, WITHOUT ROWID;
  CREATE TABLE erasure (
    enrolment_id TEXT PRIMARY KEY,
    erased_at INTEGER NOT NULL) STRICT, WITHOUT ROWID;

  CREATE TABLE offer (
    offer_key BLOB PRIMARY KEY,
    enrolment_id TEXT NOT NULL,
    configuration_ids TEXT NOT NULL,
    tx_code_hmac BLOB NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0) STRICT, WITHOUT ROWID;
  CREATE TABLE offer_reference (
    reference_key BLOB PRIMARY KEY,
    sealed_offer BLOB NOT NULL) STRICT, WITHOUT ROWID;
  CREATE TABLE access_token (
    token_key BLOB PRIMARY KEY,
    enrolment_id TEXT NOT NULL,
    configuration_ids TEXT NOT NULL,
    dpop_jkt TEXT,
    credentials_left INTEGER NOT NULL CHECK (credentials_left >= 0)) STRICT, WITHOUT ROWID;
  CREATE TABLE spent_nonce (
    nonce_key BLOB PRIMARY KEY) STRICT, WITHOUT ROWID;
  CREATE TABLE purged_nonce (
    only_row INTEGER PRIMARY KEY CHECK (only_row = 1),
    last_key BLOB NOT NULL) STRICT;
  INSERT INTO purged_nonce VALUES (1, x'');

  CREATE TABLE issuance (
    enrolment_id TEXT NOT NULL,
    issuance_id TEXT NOT NULL,
    credential_count INTEGER NOT NULL,
    sealed_credentials BLOB NOT NULL,
    PRIMARY KEY (enrolment_id, issuance_id)) STRICT, WITHOUT ROWID;
  CREATE TABLE status_list (
    list_number INTEGER PRIMARY KEY,
    size INTEGER NOT NULL,
    next_counter INTEGER NOT NULL CHECK (next_counter <= size)) STRICT;
  CREATE TABLE status_entry (
    list_number INTEGER NOT NULL,
    status_index INTEGER NOT NULL,
    value INTEGER NOT NULL CHECK (value IN (1, 2)),
    PRIMARY KEY (list_number, status_index)) STRICT, WITHOUT ROWID;
  CREATE TABLE status_change (
    enrolment_id TEXT NOT NULL,
    change_id TEXT NOT NULL,
    sealed_change BLOB NOT NULL,
    PRIMARY KEY (enrolment_id, change_id)) STRICT, WITHOUT ROWID;

  CREATE TABLE relying_party (
    relying_party_id TEXT PRIMARY KEY,
    document TEXT NOT NULL,
    revoked_at INTEGER) STRICT;
  CREATE TABLE sequence (
    series TEXT PRIMARY KEY,
    value INTEGER NOT NULL) STRICT, WITHOUT ROWID;
  `,
];

/** `application_id` of our databases: 'symb'. */
const APPLICATION_ID = 0x73_79_6d_62;

/**
 * Refuses a database that this program must not write to; changes nothing.
 *
 * @throws {@link StoreError} `store_newer` when a later version of this program has written it;
 *   `store_invalid` when it is a database of something else.
 */
export function checkOwner(database: Database): void {
  const version = versionOf(database);
  const owner = Number(database.pragma('application_id', { simple: true }));
  const tables = database.prepare('SELECT count(*) FROM sqlite_schema').pluck().get();
  if (owner !== APPLICATION_ID && (version > 0 || tables !== 0)) {
    throw new StoreError('store_invalid', 'the file is a database, but not one of an issuer');
  }
  if (version > MIGRATIONS.length) {
    throw new StoreError(
      'store_newer',
      `the store has schema ${version}, this program knows ${MIGRATIONS.length}`,
      { hint: 'use the version of the program that wrote it, or a later one' },
    );
  }
}

/** Brings a database of ours, or an empty one, to the newest schema. */
export function migrate(database: Database): void {
  const version = versionOf(database);
  for (const [step, sql] of MIGRATIONS.entries()) {
    if (step < version) continue;
    database.transaction(() => {
      database.exec(sql);
      database.pragma(`application_id = ${APPLICATION_ID}`);
      database.pragma(`user_version = ${step + 1}`);
    })();
  }
}

function versionOf(database: Database): number {
  return Number(database.pragma('user_version', { simple: true }));
}
