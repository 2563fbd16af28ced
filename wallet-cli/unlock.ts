import type { CommandContext } from '@symbolon/terminal';
import { openWallet, readSealedBytes, type Wallet, walletPath } from './store/wallet.ts';

/**
 * Asks for the passphrase and opens the wallet of a command.
 *
 * @throws WalletError `wallet_missing` before anything is asked, and what `openWallet` throws.
 */
export async function unlockWallet({ home, terminal }: CommandContext): Promise<Wallet> {
  await readSealedBytes(walletPath(home));
  const passphrase = await terminal.askPassphrase('Passphrase of the wallet', 'existing');
  return openWallet(home, passphrase);
}
