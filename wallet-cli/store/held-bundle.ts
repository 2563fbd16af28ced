import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { EpochSeconds } from '@symbolon/schemas';
import type { WalletDocument } from '@symbolon/schemas/wallet-file';
import { writeFileAtomic } from '@symbolon/terminal';
import { openTrustBundle, type TrustBundle, TrustError } from '@symbolon/trust';
import { WalletError } from '../error.ts';

/** The largest trust bundle that a wallet takes: 64 status lists and what else there is. */
export const MAX_BUNDLE_BYTES = 64 * 1024 * 1024;

/** The trust bundle in a wallet's folder: public and signed, so it stands outside the sealed file. */
function bundlePath(home: string): string {
  return join(home, 'trust-bundle.jwt');
}

/**
 * The bundle that the wallet holds, its signature checked again, or `undefined` before the first
 * import. Whether it has expired is for the caller to ask.
 *
 * The sealed file remembers which it is: whoever can write to the folder but not open the wallet
 * cannot put an older bundle back.
 *
 * @throws {@link WalletError} `bundle_missing` when the file is gone, is damaged, or is not the one
 *   imported last.
 */
export async function readHeldBundle(
  home: string,
  { anchor, bundle: remembered }: WalletDocument,
  now: EpochSeconds,
): Promise<TrustBundle | undefined> {
  if (remembered === null) return undefined;
  const compact = await readFile(bundlePath(home), 'utf8').catch((cause: unknown) => {
    throw importAgain('the trust bundle is gone from the folder of the wallet', cause);
  });
  const bundle = await openTrustBundle(compact.trim(), anchor, now).catch((cause: unknown) => {
    if (!(cause instanceof TrustError)) throw cause;
    throw importAgain('the trust bundle in the folder of the wallet is damaged', cause);
  });
  if (bundle.digest === remembered.digest) return bundle;
  throw importAgain('the trust bundle in the folder is not the one imported last');
}

/**
 * The bundle that the wallet holds, where nothing can be done without one.
 *
 * @throws {@link WalletError} `bundle_missing`, also where {@link readHeldBundle} throws it.
 */
export async function requireHeldBundle(
  home: string,
  document: WalletDocument,
  now: EpochSeconds,
): Promise<TrustBundle> {
  const bundle = await readHeldBundle(home, document, now);
  if (bundle === undefined) throw importAgain('the wallet has no trust bundle yet');
  return bundle;
}

/**
 * Puts an imported bundle in the folder, after the sealed file remembers it: the order in which a
 * crash leaves a wallet that asks for another import, also when the anchor has changed.
 */
export async function writeHeldBundle(home: string, bundle: TrustBundle): Promise<void> {
  await writeFileAtomic(bundlePath(home), bundle.compact, 0o600);
}

function importAgain(message: string, cause?: unknown): WalletError {
  return new WalletError('bundle_missing', message, {
    cause,
    hint: "'wallet bundle import FILE or URL' brings one; the authority serves it at /trust-bundle",
  });
}
