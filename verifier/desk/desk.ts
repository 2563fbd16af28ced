import { randomBytes } from 'node:crypto';
import { mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type DeskDocument, parseDesk } from '@symbolon/schemas/verifier-desk';
import { VerifierError } from '../error.ts';
import { createFileOnce } from './create-file.ts';
import { DESK_KEY_BYTES, openValue, sealValue } from './sealed-file.ts';

/** A desk as it is on the disk. */
export type Desk = {
  readonly home: string;
  /** Seals everything in the folder that is secret or must not be changed; 32 bytes. */
  readonly key: Uint8Array;
  readonly document: DeskDocument;
};

const DESK_FILE = /^desk-(\d{1,9})\.sealed$/;

/** Where the desk key is kept; whoever can read it can ask as this desk. */
export function deskKeyPath(home: string): string {
  return join(home, 'desk.key');
}

/** Whether there is a desk in this folder. */
export async function hasDesk(home: string): Promise<boolean> {
  return (await generations(home)).length > 0;
}

/**
 * Makes a desk in an empty folder.
 *
 * @throws {@link VerifierError} `desk_exists`.
 */
export async function createDesk(home: string, document: DeskDocument): Promise<Desk> {
  await mkdir(join(home, 'pending'), { recursive: true, mode: 0o700 });
  await mkdir(join(home, 'receipts'), { recursive: true, mode: 0o700 });
  if (await hasDesk(home)) throw exists();
  const key = await createKey(home);
  if (!(await writeGeneration(home, { key, generation: 1, document }))) throw exists();
  return { home, key, document };
}

/**
 * Opens the desk of this folder.
 *
 * @throws {@link VerifierError} `desk_missing`; `desk_damaged` when a file was changed or belongs to
 *   another desk.
 */
export async function openDesk(home: string): Promise<Desk> {
  const { key, document } = await readNewest(home);
  return { home, key, document };
}

/**
 * Changes what a desk is. Each state is a file of its own with a number that only grows, and the
 * next one appears under its name in one step or not at all: of two commands that change a desk at
 * once, the second one is asked again, with what the first one has made of it.
 *
 * @param change - The new document; pure, may be called more than once.
 * @throws what {@link openDesk} and `change` throw.
 */
export async function updateDesk(
  home: string,
  change: (held: DeskDocument) => DeskDocument,
): Promise<Desk> {
  for (;;) {
    const { key, document, generation } = await readNewest(home);
    const next = change(document);
    if (await writeGeneration(home, { key, generation: generation + 1, document: next })) {
      await removeOlder(home, generation + 1);
      return { home, key, document: next };
    }
  }
}

type Generation = {
  readonly key: Uint8Array;
  readonly generation: number;
  readonly document: DeskDocument;
};

async function readNewest(home: string): Promise<Generation> {
  for (;;) {
    const generation = Math.max(0, ...(await generations(home)));
    if (generation === 0) throw missing(home);
    const key = await readKey(home);
    const sealed = await readFile(deskPath(home, generation)).catch(() => undefined);
    // Replaced by a newer one between the two looks.
    if (sealed === undefined) continue;
    return { key, generation, document: parseDesk(openValue(key, placeOf(generation), sealed)) };
  }
}

/** Whether this became the desk's next state; `false` when another command was quicker. */
async function writeGeneration(
  home: string,
  { key, generation, document }: Generation,
): Promise<boolean> {
  return createFileOnce(deskPath(home, generation), sealValue(key, placeOf(generation), document));
}

async function removeOlder(home: string, newest: number): Promise<void> {
  for (const generation of await generations(home)) {
    if (generation < newest) await rm(deskPath(home, generation), { force: true });
  }
}

async function generations(home: string): Promise<readonly number[]> {
  const names = await readdir(home).catch(() => []);
  return names.flatMap((name) => {
    const generation = DESK_FILE.exec(name)?.[1];
    return generation === undefined ? [] : [Number(generation)];
  });
}

function deskPath(home: string, generation: number): string {
  return join(home, `desk-${generation}.sealed`);
}

function placeOf(generation: number): string {
  return `desk/${generation}`;
}

async function createKey(home: string): Promise<Uint8Array> {
  const key = randomBytes(DESK_KEY_BYTES);
  // One that is there was left by an init that was interrupted before there was a desk.
  return (await createFileOnce(deskKeyPath(home), key)) ? key : readKey(home);
}

async function readKey(home: string): Promise<Uint8Array> {
  const key = await readFile(deskKeyPath(home)).catch(() => undefined);
  if (key?.length === DESK_KEY_BYTES) return key;
  throw new VerifierError('desk_damaged', 'the key of this desk is missing or damaged', {
    hint: `put '${deskKeyPath(home)}' back from a backup, or set the desk up again in an empty folder`,
  });
}

function missing(home: string): VerifierError {
  return new VerifierError('desk_missing', `there is no desk in ${home}`, {
    hint: "'verifier init --anchor FILE --csr FILE' sets one up; $SYMBOLON_HOME names another folder",
  });
}

function exists(): VerifierError {
  return new VerifierError('desk_exists', 'there is a desk in this folder already', {
    hint: 'set $SYMBOLON_HOME to another folder for another desk',
  });
}
