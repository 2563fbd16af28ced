import {
  type Command,
  type CommandContext,
  EXIT,
  type ExitCode,
  readInput,
  visibleText,
} from '@symbolon/terminal';
import { importTrustBundle, type TrustBundle, TrustError, trustedNow } from '@symbolon/trust';
import { readClock, showTime } from '../clock.ts';
import { WalletError } from '../error.ts';
import { MAX_BUNDLE_BYTES, readHeldBundle, writeHeldBundle } from '../store/held-bundle.ts';
import type { Wallet } from '../store/wallet.ts';
import { unlockWallet } from '../unlock.ts';

const HELP = `
Takes over the authority's trust bundle: who may issue, who may ask, and which
cards are revoked. It must be signed under the anchor of this wallet, be in
force, and be no older than the one held.

A bundle is fetched over https (or http on this machine); no redirect is
followed. Anything else of this wallet's work at a counter needs no network.

Examples:
  wallet bundle import https://id.example/trust-bundle
  wallet bundle import trust-bundle.jwt
  wallet bundle import - < trust-bundle.jwt

Exit codes: 0 taken over, 1 refused, 2 usage.
`;

/** `wallet bundle import`. */
export const bundleImportCommand: Command = {
  usage: 'bundle import FILE_or_URL',
  help: HELP,
  options: {},
  positionals: [1, 1],
  run: runBundleImport,
};

async function runBundleImport(context: CommandContext): Promise<ExitCode> {
  const { positionals, terminal, home } = context;
  const [source = ''] = positionals;
  const wallet = await unlockWallet(context);
  const compact = await terminal.progress('Getting the trust bundle', () => readBundle(source));
  const clock = readClock();
  const held = await readHeld(wallet, clock);
  const now = held === undefined ? clock : trustedNow(clock, held);
  const { anchor } = wallet.document;
  const bundle = await importTrustBundle({ compact, anchor, held, now });
  await takeOver(wallet, bundle);
  await writeHeldBundle(home, bundle);

  const { sequence, authority, issued_at: issuedAt, expires_at: expiresAt } = bundle.document;
  terminal.result({ sequence, authority, issued_at: issuedAt, expires_at: expiresAt }, [
    `Trust bundle ${sequence} of ${visibleText(authority)} taken over`,
    `Issued ${showTime(issuedAt)}, good until ${showTime(expiresAt)}`,
  ]);
  return EXIT.done;
}

async function readBundle(source: string): Promise<string> {
  if (/^https?:/i.test(source)) {
    const { fetchTrustBundle } = await import('../network/fetch-trust-bundle.ts');
    return fetchTrustBundle(source, MAX_BUNDLE_BYTES);
  }
  const input = await readInput(source, { maxBytes: MAX_BUNDLE_BYTES });
  if (input.kind === 'text') return input.text;
  throw new WalletError('response_unexpected', 'a picture is not a trust bundle', {
    hint: 'give the file or the URL of the bundle',
  });
}

/** A bundle that is missing or no longer opens is no reason against a new one. */
async function readHeld(wallet: Wallet, now: number): Promise<TrustBundle | undefined> {
  try {
    return await readHeldBundle(wallet.home, wallet.document, now);
  } catch (error) {
    if (error instanceof WalletError) return undefined;
    throw error;
  }
}

async function takeOver(wallet: Wallet, { anchor, digest, document }: TrustBundle): Promise<void> {
  const { sequence } = document;
  await wallet.update((held) => {
    // Decided on what the sealed file says at this moment: another import may have been quicker.
    const { bundle } = held;
    if (
      bundle !== null &&
      (sequence < bundle.sequence || (sequence === bundle.sequence && digest !== bundle.digest))
    ) {
      const message = `bundle ${sequence} is not newer than bundle ${bundle.sequence}, which was taken over`;
      const hint = 'get the newest bundle from the authority';
      throw new TrustError('bundle_rollback', message, { hint });
    }
    return { document: { ...held, anchor, bundle: { sequence, digest } }, result: undefined };
  });
}
