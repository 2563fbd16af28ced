import { displayTextSchema } from '@symbolon/schemas';
import * as v from 'valibot';
import type { AgentPart } from '../agent-part.ts';
import type { Issuer } from '../issuer.ts';
import type { StatusIndex } from '../status/index-pool.ts';
import type { EnrolmentState, StatusValue } from '../store/issuance-store.ts';
import { openDataKey } from '../store/sealed-enrolment.ts';
import { type DataKeyOwner, type FoundCredential, openIssuance } from '../store/sealed-issuance.ts';
import { openStatusChange, sealStatusChange } from '../store/sealed-status-change.ts';
import { StatusChangeError, subjectUnknown } from './status-change-error.ts';

/** A change that an operator asks for. */
export type StatusChange = {
  /** Of an enrolment, for all of its credentials and those to come, or of one credential. */
  readonly id: string;
  readonly change: 'revoke' | 'suspend' | 'reinstate';
  /** A code or a few words; kept sealed with the enrolment, and published nowhere. */
  readonly reason: string;
};

type StatusParts = Pick<Issuer, 'store' | 'statusLists' | 'now' | 'random'> &
  AgentPart<'wrappingKey'>;

const ENROLMENT_ID = /^[0-9a-f]{32}$/;
const CREDENTIAL_ID = /^([0-9a-f]{32})\.[0-9a-f]{16}\.[1-9]\d{0,3}$/;
const CHANGE_ID_BYTES = 8;

const VALUES = { revoke: 1, suspend: 2, reinstate: 0 } as const satisfies Record<
  StatusChange['change'],
  StatusValue
>;
const STATES = {
  revoke: 'revoked',
  suspend: 'suspended',
  reinstate: 'living',
} as const satisfies Record<StatusChange['change'], EnrolmentState>;

/**
 * Revokes, suspends or reinstates; the published lists say so at once. Revoked is final.
 *
 * An enrolment changes its state first, so that nothing is issued for it meanwhile; called again
 * after an interruption, this finishes the rest. A revoked enrolment lets its person enrol anew.
 * Reinstating an enrolment reinstates all of its suspended credentials, also those suspended singly.
 *
 * @returns How many credentials changed.
 * @throws {@link StatusChangeError} `subject_unknown` when there is no such enrolment or credential,
 *   or it was erased; `already_revoked` when a revoked one is to be suspended or reinstated;
 *   `enrolment_suspended` when one credential of it is to be reinstated; `reason_invalid`.
 */
export async function changeStatus(
  issuer: StatusParts,
  { id, change, reason }: StatusChange,
): Promise<{ readonly changed: number }> {
  if (!v.is(displayTextSchema, reason)) {
    throw new StatusChangeError('reason_invalid', 'a reason is 1 to 500 characters of plain text');
  }
  const [, enrolmentOfCredential] = CREDENTIAL_ID.exec(id) ?? [];
  if (enrolmentOfCredential !== undefined) {
    const found = await findCredentials(issuer, enrolmentOfCredential);
    const credentials = found.credentials.filter(({ credentialId }) => credentialId === id);
    if (credentials.length === 0) throw subjectUnknown();
    if (change === 'reinstate') assertLiving(found.state);
    return applyChange(issuer, { ...found, credentials }, { id, change, reason });
  }
  if (!ENROLMENT_ID.test(id)) throw subjectUnknown();
  const outcome = await issuer.store.setEnrolmentState(id, STATES[change]);
  if (outcome === 'unknown') throw subjectUnknown();
  if (outcome === 'revoked' && change !== 'revoke') throw alreadyRevoked();
  return applyChange(issuer, await findCredentials(issuer, id), { id, change, reason });
}

/**
 * Erases a person: revokes every credential, then destroys the enrolment's data key and what was
 * sealed under it. Nothing to erase is no failure.
 */
export async function eraseEnrolment(issuer: StatusParts, enrolmentId: string): Promise<void> {
  const stored = await issuer.store.getEnrolment(enrolmentId);
  if (stored !== undefined) {
    await changeStatus(issuer, { id: enrolmentId, change: 'revoke', reason: 'erasure' });
  }
  await issuer.store.eraseEnrolment(enrolmentId, issuer.now());
}

type Found = {
  readonly owner: DataKeyOwner;
  readonly state: EnrolmentState;
  readonly credentials: readonly FoundCredential[];
};

async function findCredentials({ agent, store }: StatusParts, enrolmentId: string): Promise<Found> {
  const stored = await store.getEnrolment(enrolmentId);
  if (stored === undefined) throw subjectUnknown();
  const owner = { enrolmentId, dataKey: await openDataKey(stored, agent.wrappingKey) };
  const issuances = await store.getIssuances(enrolmentId);
  const credentials = issuances.flatMap((issuance) => openIssuance(owner, issuance));
  return { owner, state: stored.state, credentials };
}

async function applyChange(
  { store, statusLists, random, now }: StatusParts,
  { owner, credentials }: Found,
  { id, change, reason }: StatusChange,
): Promise<{ readonly changed: number }> {
  const { enrolmentId } = owner;
  const revoked = credentials.filter(
    ({ listNumber, index }) => statusLists.getStatus(listNumber, index) === VALUES.revoke,
  );
  if (change !== 'revoke' && ENROLMENT_ID.test(id) === false && revoked.length > 0) {
    throw alreadyRevoked();
  }
  const changeId = Buffer.from(random(CHANGE_ID_BYTES)).toString('hex');
  const changed = await statusLists.change({
    enrolmentId,
    changeId,
    companions: await findDecoys(store, owner, id),
    seal: (decoys) => {
      const places = decoys.map(({ listNumber, index }): [number, number] => [listNumber, index]);
      const record = { id, change, reason, changed_at: now(), decoys: places };
      return sealStatusChange(owner, changeId, record, random);
    },
    entries: credentials.map(({ listNumber, index }) => ({
      listNumber,
      index,
      value: VALUES[change],
    })),
  });
  return { changed: changed.length };
}

/** The decoys of earlier changes: all of them for an enrolment, else those the card moved with. */
async function findDecoys(
  store: StatusParts['store'],
  owner: DataKeyOwner,
  id: string,
): Promise<readonly StatusIndex[]> {
  const { enrolmentId } = owner;
  const changes = await store.getStatusChanges(enrolmentId);
  return [...changes]
    .map(([changeId, sealed]) => openStatusChange(owner, changeId, sealed))
    .filter((record) => [id, record.id].includes(enrolmentId) || record.id === id)
    .flatMap(({ decoys }) => decoys.map(([listNumber, index]) => ({ listNumber, index })));
}

/** One card of an enrolment that is not living never becomes VALID again. */
function assertLiving(state: EnrolmentState): void {
  if (state === 'revoked') throw alreadyRevoked();
  if (state === 'suspended') {
    throw new StatusChangeError('enrolment_suspended', 'its enrolment is suspended', {
      hint: 'reinstate the enrolment',
    });
  }
}

function alreadyRevoked(): StatusChangeError {
  return new StatusChangeError('already_revoked', 'it is revoked, and that is final', {
    hint: 'enrol the person again',
  });
}
