import { join } from 'node:path';
import { randomBytes } from '@symbolon/credentials/crypto';
import {
  type Command,
  type CommandContext,
  EXIT,
  UsageError,
  visibleText,
} from '@symbolon/terminal';
import { anchorFingerprint } from '@symbolon/trust';
import { didWebOf } from '../../agent/did-document.ts';
import { FOLDER_FILES, writeDemoPassphrase } from '../../data-folder.ts';
import { systemNow } from '../../system-now.ts';
import { passphraseGiven } from '../issuer-passphrase.ts';

const DEFAULT_URL = 'http://localhost:8080';
const ORIGIN =
  /^(?:https:\/\/[a-z0-9.-]+|http:\/\/(?:localhost|127\.0\.0\.1|\[::1\]))(?::\d{1,5})?$/;

/** `issuer init`. */
export const initCommand: Command = {
  usage: 'init [--authority NAME] [--url URL] [--demo]',
  help: `Creates keys, the did:web identity, certificates, anchor.json and an empty store. The keys are
encrypted under a passphrase, which is asked for twice. An authority is never overwritten.

Options:
  --authority NAME  the authority's name, as verifiers and holders will read it
  --url URL         where the service will be reached: https://HOST, or http://localhost:PORT
                    (default ${DEFAULT_URL}); it is part of every credential and cannot change
  --demo            an authority of made-up people, for trying out: with a population register,
                    allowed to date bundles back, and named a demo wherever its name is shown. If no
                    passphrase is given, one is made and left in the data folder (mode 0600)

Examples:
  issuer init --demo
  issuer init --authority 'City of Example' --url https://id.example.org --passphrase-file FILE

Exit codes: 0 created, 1 refused (for example: there is one already), 2 wrong usage.`,
  options: {
    authority: { type: 'string' },
    url: { type: 'string' },
    demo: { type: 'boolean' },
  },
  run: async (context) => {
    const { home, terminal, values } = context;
    const demo = values.flag('demo');
    const baseUrl = parseUrl(values.text('url') ?? DEFAULT_URL);
    const authority = parseName(values.text('authority') ?? defaultName(demo));
    const { passphrase, leave } = await newPassphrase(context, demo);
    // Not before it is needed: neither '--help' nor a refusal loads the agent.
    const { createAuthority } = await import('../../create-authority.ts');
    const anchor = await terminal.progress('creating keys and certificates', () =>
      createAuthority(home, {
        authority,
        demo,
        baseUrl,
        passphrase,
        now: systemNow,
        random: randomBytes,
      }),
    );
    if (leave) await writeDemoPassphrase(home, passphrase);
    const fingerprint = await anchorFingerprint(anchor);
    const anchorFile = join(home, FOLDER_FILES.anchor);
    terminal.result(
      {
        authority,
        demo,
        did: didWebOf(baseUrl),
        base_url: baseUrl,
        anchor: anchorFile,
        anchor_fingerprint: fingerprint,
        ...(leave ? { passphrase_file: join(home, FOLDER_FILES.passphrase) } : {}),
      },
      [
        `authority    ${visibleText(authority)}${demo ? ' (demo)' : ''}`,
        `DID          ${didWebOf(baseUrl)}`,
        `anchor       ${anchorFile}`,
        `fingerprint  ${fingerprint}`,
      ],
    );
    if (leave) {
      terminal.note(
        `The passphrase of this demo authority lies beside its keys, in ${FOLDER_FILES.passphrase}: that protects nothing.`,
      );
    }
    terminal.note("Next: 'issuer serve', and 'issuer enrol --help'.");
    return EXIT.done;
  },
};

function defaultName(demo: boolean): string {
  return demo ? 'Symbolon Demo Authority' : 'Symbolon Authority';
}

function parseUrl(text: string): string {
  const origin = text.replace(/\/$/, '');
  if (!ORIGIN.test(origin) || !URL.canParse(origin)) {
    throw new UsageError('--url: expected https://HOST[:PORT], or http://localhost:PORT');
  }
  return origin;
}

function parseName(name: string): string {
  if (name.length === 0 || name.length > 200 || visibleText(name, 400) !== name.normalize('NFC')) {
    throw new UsageError('--authority: expected 1 to 200 characters without control characters');
  }
  return name;
}

async function newPassphrase(
  { terminal, values }: CommandContext,
  demo: boolean,
): Promise<{ readonly passphrase: string; readonly leave: boolean }> {
  if (demo && !passphraseGiven(values.text('passphrase-file'))) {
    return { passphrase: Buffer.from(randomBytes(24)).toString('base64url'), leave: true };
  }
  const passphrase = await terminal.askPassphrase('Passphrase for the keys', 'new');
  return { passphrase, leave: false };
}
