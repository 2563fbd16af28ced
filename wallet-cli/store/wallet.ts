import { mkdir, open } from 'node:fs/promises';
import { join } from 'node:path';
import { parseWalletDocument, type WalletDocument } from '@symbolon/schemas/wallet-file';
import { writeFileAtomic } from '@symbolon/terminal';
import { WalletError } from '../error.ts';
import { withLock } from './lock.ts';
import {
  createSealingKey,
  type KdfCost,
  MAX_SEALED_BYTES,
  openFile,
  type SealingKey,
  sealFile,
} from './sealed-file.ts';

const OWNER_ONLY_FILE = 0o600;
const OWNER_ONLY_FOLDER = 0o700;

/** The sealed file in a wallet's folder. */
export function walletPath(home: string): string {
  return join(home, 'wallet.sealed');
}

/** The lock beside it. */
export function lockPath(home: string): string {
  return join(home, 'wallet.lock');
}

/** What a change of the wallet leaves behind, and what it tells its caller. */
type Change<Result> = (document: WalletDocument) => {
  readonly document: WalletDocument;
  readonly result: Result;
};

/** An opened wallet: what it held when it was opened, and the one way to change it. */
export type Wallet = {
  readonly home: string;
  readonly document: WalletDocument;
  /**
   * Changes the wallet in one step: under the lock the file is read again, changed, and replaced;
   * when this returns, the change is on the disk. A throwing `change` changes nothing.
   *
   * @throws {@link WalletError} `wallet_locked`, and what opening throws.
   */
  readonly update: <Result>(change: Change<Result>) => Promise<Result>;
};

/**
 * Creates the wallet's folder (mode 0700) and its sealed file (mode 0600).
 *
 * @throws {@link WalletError} `wallet_exists`: an existing wallet is never overwritten.
 */
export async function createWallet(
  home: string,
  document: WalletDocument,
  { passphrase, cost }: { readonly passphrase: string; readonly cost: KdfCost },
): Promise<Wallet> {
  await mkdir(home, { recursive: true, mode: OWNER_ONLY_FOLDER });
  const key = await createSealingKey(passphrase, cost);
  await withLock(lockPath(home), async () => {
    if (await walletExists(home)) throw alreadyThere(home);
    await writeDocument(home, document, key);
  });
  return walletWith(home, document, key);
}

/**
 * Refuses to go on where there is a wallet, before anybody is asked for a passphrase.
 *
 * @throws {@link WalletError} `wallet_exists`.
 */
export async function refuseExistingWallet(home: string): Promise<void> {
  if (await walletExists(home)) throw alreadyThere(home);
}

/**
 * Opens the wallet in a folder.
 *
 * @throws {@link WalletError} `wallet_missing`, `wrong_passphrase`, `wallet_damaged`,
 *   `wallet_too_large`.
 */
export async function openWallet(home: string, passphrase: string): Promise<Wallet> {
  const { document, key } = await readDocument(home, passphrase);
  return walletWith(home, document, key);
}

/**
 * Reads a sealed file whole.
 *
 * @throws {@link WalletError} `wallet_missing`; `wallet_too_large`.
 */
export async function readSealedBytes(path: string): Promise<Buffer> {
  const file = await open(path, 'r').catch((cause: unknown) => {
    throw new WalletError('wallet_missing', 'there is no wallet file in the place given', {
      cause,
      hint: "'wallet init --anchor FILE' makes a wallet; $SYMBOLON_HOME names another folder",
    });
  });
  try {
    const { size } = await file.stat();
    if (size > MAX_SEALED_BYTES) {
      throw new WalletError(
        'wallet_too_large',
        `the file is larger than ${MAX_SEALED_BYTES} bytes`,
      );
    }
    return await file.readFile();
  } finally {
    await file.close();
  }
}

function walletWith(home: string, document: WalletDocument, key: SealingKey): Wallet {
  return {
    home,
    document,
    update: (change) =>
      withLock(lockPath(home), async () => {
        const present = await readDocument(home, key);
        const { document: changed, result } = change(present.document);
        await writeDocument(home, changed, key);
        return result;
      }),
  };
}

async function readDocument(
  home: string,
  secret: string | SealingKey,
): Promise<{ readonly document: WalletDocument; readonly key: SealingKey }> {
  const bytes = await readSealedBytes(walletPath(home));
  const { plaintext, key } = await openFile(bytes, 'symbolon-wallet', secret);
  return { document: parseWalletDocument(JSON.parse(plaintext.toString('utf8'))), key };
}

async function writeDocument(
  home: string,
  document: WalletDocument,
  key: SealingKey,
): Promise<void> {
  const plaintext = Buffer.from(JSON.stringify(parseWalletDocument(document)));
  const sealed = sealFile(plaintext, 'symbolon-wallet', key);
  // Refused while the old file still stands: a file that cannot be read back must not be written.
  if (sealed.length > MAX_SEALED_BYTES) {
    throw new WalletError('wallet_too_large', 'the wallet holds too much', {
      hint: "'wallet delete ID' removes cards that are no longer needed",
    });
  }
  await writeFileAtomic(walletPath(home), sealed, OWNER_ONLY_FILE);
}

async function walletExists(home: string): Promise<boolean> {
  const file = await open(walletPath(home), 'r').catch(() => undefined);
  await file?.close();
  return file !== undefined;
}

function alreadyThere(home: string): WalletError {
  return new WalletError('wallet_exists', 'there is a wallet already', {
    hint: `move the folder ${home} away, or set $SYMBOLON_HOME to another one`,
  });
}
