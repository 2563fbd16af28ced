import {
  type Command,
  type CommandContext,
  EXIT,
  type ExitCode,
  readTextFile,
  visibleText,
} from '@symbolon/terminal';
import { importTrustBundle, type TrustBundle, TrustError } from '@symbolon/trust';
import { openDesk, updateDesk } from '../../desk/desk.ts';
import {
  MAX_BUNDLE_BYTES,
  readHeldBundle,
  removeOtherBundles,
  trustedTime,
  writeBundle,
} from '../../desk/held-bundle.ts';
import { VerifierError } from '../../error.ts';
import { readClock, showTime } from '../clock.ts';

const HELP = `
Takes over the authority's trust bundle: who may issue, and which cards are
revoked. It must be signed under the anchor of this desk, be in force, and be no
older than the one held.

A verifier uses no network: fetch the bundle on another machine and carry it
here. The authority serves it at /trust-bundle.

Examples:
  verifier bundle import trust-bundle.jwt
  verifier bundle import - < trust-bundle.jwt

Exit codes: 0 taken over, 1 refused, 2 usage.
`;

/** `verifier bundle import`. */
export const bundleImportCommand: Command = {
  usage: 'bundle import FILE',
  help: HELP,
  options: {},
  positionals: [1, 1],
  run: runBundleImport,
};

async function runBundleImport({ positionals, terminal, home }: CommandContext): Promise<ExitCode> {
  const [source = ''] = positionals;
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(source)) throw networkNotUsed();
  const desk = await openDesk(home);
  const compact = (await readTextFile(source, { maxBytes: MAX_BUNDLE_BYTES })).trim();
  const now = trustedTime(desk.document, readClock());
  const held = await readHeldBundle(desk, now).catch(unlessRefused);
  const { anchor } = desk.document;
  const bundle = await terminal.progress('Checking the trust bundle', () =>
    importTrustBundle({ compact, anchor, held, now }),
  );
  await writeBundle(home, bundle);
  await removeOtherBundles(await takeOver(home, bundle));

  const { sequence, authority, demo, issued_at: issuedAt, expires_at: expiresAt } = bundle.document;
  const demoNote = demo ? ' (a demo, not a real authority)' : '';
  terminal.result({ sequence, authority, demo, issued_at: issuedAt, expires_at: expiresAt }, [
    `Trust bundle ${sequence} of ${visibleText(authority)}${demoNote} taken over`,
    `Issued ${showTime(issuedAt)}, good until ${showTime(expiresAt)}`,
  ]);
  return EXIT.done;
}

function takeOver(
  home: string,
  { anchor, digest, document }: TrustBundle,
): ReturnType<typeof updateDesk> {
  const { sequence, issued_at: issuedAt } = document;
  return updateDesk(home, (held) => {
    // Decided on what the desk says at this moment: another import may have been quicker, or the
    // file of the bundle that was held is gone.
    const before = held.bundle;
    const isSame = before?.digest === digest;
    if (
      before !== null &&
      !isSame &&
      !(sequence > before.sequence && issuedAt >= before.issued_at)
    ) {
      throw new TrustError(
        'bundle_rollback',
        `trust bundle ${sequence} is not newer than ${before.sequence}, which was taken over`,
        { hint: 'get the newest trust bundle from the authority' },
      );
    }
    return { ...held, anchor, bundle: { sequence, digest, issued_at: issuedAt } };
  });
}

/** A bundle that is missing or no longer opens is no reason against a new one. */
function unlessRefused(error: unknown): undefined {
  if (error instanceof VerifierError || error instanceof TrustError) return undefined;
  throw error;
}

function networkNotUsed(): VerifierError {
  return new VerifierError('network_not_used', 'a verifier uses no network', {
    hint: 'fetch the bundle on another machine, carry the file here, and give its path',
  });
}
