import { randomBytes } from 'node:crypto';
import { readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { parsePendingRequest } from '@symbolon/schemas/verifier-desk';
import { VerifierError } from '../error.ts';
import type { PresentationRequest } from '../request.ts';
import { type BootTime, secondsSince } from './boot-clock.ts';
import { createFileOnce } from './create-file.ts';
import type { Desk } from './desk.ts';
import { openValue, sealValue } from './sealed-file.ts';

/** How long a request waits for its answer, in seconds of the machine's own clock. */
export const PENDING_SECONDS = 120;

/** A pending request, as its desk made it. */
export type PendingRequest = Omit<PresentationRequest, 'sid'>;

const PENDING_FILE = /^[0-9a-f]{8}\.sealed$/;

/**
 * Keeps a request until its answer comes: sealed under the desk key, for its owner only.
 *
 * @returns Whether it was kept; `false` when another pending request has the same `sid`.
 */
export async function addPending(
  { home, key }: Desk,
  request: PresentationRequest,
  boot: BootTime,
): Promise<boolean> {
  const name = nameOf(request.sid);
  const sealed = sealValue(key, placeOf(name), {
    policy: request.policy,
    compact: request.compact,
    client_id: request.clientId,
    nonce: request.nonce,
    query: request.query,
    response_key: request.responsePrivateJwk,
    boot_id: boot.bootId,
    boot_seconds: boot.seconds,
  });
  return createFileOnce(join(home, 'pending', name), sealed);
}

/**
 * Finds the pending request that an answer names, and leaves it there.
 *
 * @param sid - From the answer's frames: 4 bytes.
 * @throws {@link VerifierError} `request_unknown` when this desk made no such request, or its answer
 *   was taken; `request_expired` after {@link PENDING_SECONDS}, or after a restart of the machine.
 */
export async function findPending(
  { home, key }: Desk,
  sid: Uint8Array,
  boot: BootTime,
): Promise<PendingRequest> {
  const name = nameOf(sid);
  const sealed = await readFile(join(home, 'pending', name)).catch(() => undefined);
  if (sealed === undefined) throw unknown();
  const held = parsePendingRequest(openValue(key, placeOf(name), sealed));
  const age = secondsSince({ bootId: held.boot_id, seconds: held.boot_seconds }, boot);
  if (age === undefined || age > PENDING_SECONDS) {
    throw new VerifierError(
      'request_expired',
      `the request is older than ${PENDING_SECONDS} s, or from before the machine was started`,
      { hint: 'make a new request and let the holder answer that one' },
    );
  }
  return {
    policy: held.policy,
    compact: held.compact,
    clientId: held.client_id,
    nonce: held.nonce,
    query: held.query,
    responsePrivateJwk: held.response_key,
  };
}

/**
 * Takes a pending request away, in one atomic step: of any number of takers one gets `true`.
 */
export async function takePending({ home }: Desk, sid: Uint8Array): Promise<boolean> {
  const path = join(home, 'pending', nameOf(sid));
  const taken = join(home, 'pending', `.${randomBytes(8).toString('hex')}.taken`);
  try {
    await rename(path, taken);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return false;
    throw error;
  }
  await rm(taken, { force: true });
  return true;
}

/** Removes what can no longer be answered; a file that does not open is of no use to anybody. */
export async function sweepPending(desk: Desk, boot: BootTime): Promise<void> {
  const folder = join(desk.home, 'pending');
  for (const name of await readdir(folder)) {
    if (name.endsWith('.taken')) await rm(join(folder, name), { force: true });
    if (!PENDING_FILE.test(name)) continue;
    const sid = Uint8Array.from(Buffer.from(name.slice(0, 8), 'hex'));
    try {
      await findPending(desk, sid, boot);
    } catch {
      await rm(join(folder, name), { force: true });
    }
  }
}

function nameOf(sid: Uint8Array): string {
  return `${Buffer.from(sid).toString('hex')}.sealed`;
}

function placeOf(name: string): string {
  return `pending/${name}`;
}

function unknown(): VerifierError {
  return new VerifierError(
    'request_unknown',
    'this desk has made no request that the answer belongs to, or its answer was taken already',
    { hint: 'make a new request and let the holder answer that one' },
  );
}
