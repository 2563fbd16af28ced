import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { CLOCK_SKEW_SECONDS, type EpochSeconds } from '@symbolon/schemas';
import type { DeskDocument } from '@symbolon/schemas/verifier-desk';
import { writeFileAtomic } from '@symbolon/terminal';
import { openTrustBundle, type TrustBundle } from '@symbolon/trust/check';
import { VerifierError } from '../error.ts';
import type { Desk } from './desk.ts';

/** The largest trust bundle that a desk takes, in bytes: the status lists of a whole country. */
export const MAX_BUNDLE_BYTES = 64_000_000;

const BUNDLE_FILE = /^trust-bundle-[\w-]{43}\.jwt$/;

/**
 * The time to judge by: the clock, never behind the newest signed time that this desk has seen.
 *
 * A clock that is behind that time was set back, and then nobody knows how old anything is.
 *
 * @throws {@link VerifierError} `clock_behind` when it is behind by more than the allowed skew.
 */
export function trustedTime({ bundle }: DeskDocument, clock: EpochSeconds): EpochSeconds {
  const mark = bundle?.issued_at ?? 0;
  if (clock + CLOCK_SKEW_SECONDS < mark) {
    const message = `the clock of this device is ${mark - clock} s behind the newest signed time seen`;
    throw new VerifierError('clock_behind', message, {
      hint: 'set the date and time of this device right',
    });
  }
  return Math.max(clock, mark);
}

/**
 * The bundle that the desk took over last, its signature checked again. Whether it has expired is
 * for the status check to find.
 *
 * The sealed document of the desk says which one it is: an older one that somebody puts in its
 * place is not taken.
 *
 * @throws {@link VerifierError} `bundle_missing`, and what `openTrustBundle` throws.
 */
export async function readHeldBundle(
  { home, document }: Desk,
  now: EpochSeconds,
): Promise<TrustBundle> {
  if (document.bundle === null) throw importOne('the desk has no trust bundle yet');
  const { digest } = document.bundle;
  const compact = await readFile(bundlePath(home, digest), 'utf8').catch((cause: unknown) => {
    throw importOne('the trust bundle is gone from the folder of the desk', cause);
  });
  const bundle = await openTrustBundle(compact, document.anchor, now);
  if (bundle.digest === digest) return bundle;
  throw importOne('the trust bundle in the folder was changed');
}

/** Puts a bundle in the folder, before the desk is told that it is the one it holds. */
export async function writeBundle(home: string, bundle: TrustBundle): Promise<void> {
  await writeFileAtomic(bundlePath(home, bundle.digest), bundle.compact, 0o600);
}

/** Removes every bundle but the one that the desk holds. */
export async function removeOtherBundles({ home, document }: Desk): Promise<void> {
  const held = `trust-bundle-${document.bundle?.digest}.jwt`;
  for (const name of await readdir(home)) {
    if (BUNDLE_FILE.test(name) && name !== held) await rm(join(home, name), { force: true });
  }
}

function bundlePath(home: string, digest: string): string {
  return join(home, `trust-bundle-${digest}.jwt`);
}

function importOne(message: string, cause?: unknown): VerifierError {
  return new VerifierError('bundle_missing', message, {
    cause,
    hint: "'verifier bundle import FILE' brings the newest one, carried here from the authority",
  });
}
