import { parseJson } from '@symbolon/credentials/jose';
import { parseTrustAnchor, type TrustAnchor } from '@symbolon/schemas';
import type { WalletDocument } from '@symbolon/schemas/wallet-file';
import {
  type Command,
  type CommandContext,
  EXIT,
  type ExitCode,
  readTextFile,
  UsageError,
  visibleText,
} from '@symbolon/terminal';
import { anchorFingerprint } from '@symbolon/trust';
import { WalletError } from '../error.ts';
import { KDF_COST } from '../store/sealed-file.ts';
import { createWallet, refuseExistingWallet } from '../store/wallet.ts';

const MAX_ANCHOR_BYTES = 16_384;

const HELP = `
Makes an empty wallet that trusts the authority of an anchor file. The wallet
shows the anchor's fingerprint: compare it with the one that the authority
publishes, or give that one with --anchor-fingerprint.

Cards and keys are kept in one file, encrypted under a passphrase that cannot
be recovered. Whoever has the file and the passphrase has the cards.

Options:
  --anchor FILE              the authority's anchor.json (required)
  --anchor-fingerprint HEX   go on only if this is its SHA-256 fingerprint

Examples:
  wallet init --anchor anchor.json
  wallet init --anchor anchor.json --anchor-fingerprint 3f9a… --passphrase-file pass.txt

Exit codes: 0 made, 1 refused (another fingerprint, a wallet exists), 2 usage.
`;

/** `wallet init`. */
export const initCommand: Command = {
  usage: 'init --anchor FILE [--anchor-fingerprint HEX]',
  help: HELP,
  options: { anchor: { type: 'string' }, 'anchor-fingerprint': { type: 'string' } },
  run: runInit,
};

async function runInit({ values, terminal, home }: CommandContext): Promise<ExitCode> {
  const path = values.required('anchor');
  const expected = parseFingerprint(values.text('anchor-fingerprint'));
  await refuseExistingWallet(home);
  const anchor = await readAnchor(path);
  const fingerprint = await anchorFingerprint(anchor);
  const authority = visibleText(anchor.authority);
  terminal.note(`Authority:   ${authority}${anchor.demo ? ' (a demo, not a real authority)' : ''}`);
  terminal.note(`Fingerprint: ${fingerprint}`);

  if (expected === undefined) {
    const isConfirmed = await terminal.confirm(
      'Is this the fingerprint that the authority publishes?',
      'give --anchor-fingerprint HEX',
    );
    if (!isConfirmed) throw otherFingerprint('the fingerprint was not confirmed');
  } else if (expected !== fingerprint) {
    throw otherFingerprint('the anchor file has another fingerprint than the one given');
  }

  const passphrase = await terminal.askPassphrase('New passphrase for the wallet', 'new');
  const document: WalletDocument = { version: 1, anchor, bundle: null, cards: [], history: [] };
  await createWallet(home, document, { passphrase, cost: KDF_COST });
  terminal.result({ authority: anchor.authority, fingerprint, demo: anchor.demo, folder: home }, [
    `Wallet made in ${home}`,
    "Next: 'wallet bundle import FILE or URL' brings the authority's trust bundle.",
  ]);
  return EXIT.done;
}

async function readAnchor(path: string): Promise<TrustAnchor> {
  const text = await readTextFile(path, { maxBytes: MAX_ANCHOR_BYTES });
  return parseTrustAnchor(parseJson(text, { maxBytes: MAX_ANCHOR_BYTES, maxDepth: 8 }));
}

/** Hexadecimal in any case; colons and spaces between the digits, as people copy them. */
function parseFingerprint(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  const digits = text.replaceAll(/[\s:]/g, '').toLowerCase();
  if (/^[0-9a-f]{64}$/.test(digits)) return digits;
  throw new UsageError('--anchor-fingerprint takes 64 hexadecimal digits');
}

function otherFingerprint(message: string): WalletError {
  return new WalletError('fingerprint_mismatch', message, {
    hint: 'get the anchor file from the authority again, on another way',
  });
}
