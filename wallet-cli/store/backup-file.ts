import { parseWalletBackup, type WalletBackup } from '@symbolon/schemas/wallet-file';
import { writeFileAtomic } from '@symbolon/terminal';
import { createSealingKey, KDF_COST, openFile, sealFile } from './sealed-file.ts';
import { readSealedBytes } from './wallet.ts';

/** Seals a backup under its own passphrase and writes it, readable by its owner only. */
export async function writeBackup(
  path: string,
  backup: WalletBackup,
  passphrase: string,
): Promise<void> {
  const key = await createSealingKey(passphrase, KDF_COST);
  const plaintext = Buffer.from(JSON.stringify(parseWalletBackup(backup)));
  await writeFileAtomic(path, sealFile(plaintext, 'symbolon-wallet-backup', key), 0o600);
}

/**
 * Opens a backup.
 *
 * @throws WalletError `wallet_missing`, `wrong_passphrase`, `wallet_damaged`.
 */
export async function openBackup(path: string, passphrase: string): Promise<WalletBackup> {
  const bytes = await readSealedBytes(path);
  const { plaintext } = await openFile(bytes, 'symbolon-wallet-backup', passphrase);
  return parseWalletBackup(JSON.parse(plaintext.toString('utf8')));
}
