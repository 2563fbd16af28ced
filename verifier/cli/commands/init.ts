import { generateP256KeyPair } from '@symbolon/credentials/crypto';
import type { DeskDocument } from '@symbolon/schemas/verifier-desk';
import {
  type Command,
  type CommandContext,
  EXIT,
  type ExitCode,
  UsageError,
  writeFileAtomic,
} from '@symbolon/terminal';
import { anchorFingerprint } from '@symbolon/trust';
import { createDesk, hasDesk, openDesk, updateDesk } from '../../desk/desk.ts';
import { VerifierError } from '../../error.ts';
import { confirmAnchor, readAnchor } from '../confirm-anchor.ts';
import { readAccessKey, readCertificates } from '../read-certificates.ts';

const HELP = `
Sets up a desk that trusts the authority of an anchor file. The command shows the
anchor's fingerprint: compare it with the one that the authority publishes, or
give that one with --anchor-fingerprint.

Two steps: --csr makes the desk's key, which never leaves this folder, and
writes a signing request for the authority. When the authority has registered the
desk ('issuer relying-party add'), --certificates takes what it has sent back: a
folder with access-certificate.pem and registration-certificate.jwt. For a demo
the folder may also hold access-key.jwk, and then one step is enough.

Options:
  --anchor FILE              the authority's anchor.json (required the first time)
  --anchor-fingerprint HEX   go on only if this is its SHA-256 fingerprint
  --csr FILE                 write a signing request for this desk's key to FILE
  --certificates DIR         take the certificates of this folder

Examples:
  verifier init --anchor anchor.json --csr desk.csr
  verifier init --certificates from-the-authority/

Exit codes: 0 done, 1 refused (another fingerprint, another key), 2 usage.
`;

/** `verifier init`. */
export const initCommand: Command = {
  usage: 'init --anchor FILE [--anchor-fingerprint HEX] (--csr FILE | --certificates DIR)',
  help: HELP,
  options: {
    anchor: { type: 'string' },
    'anchor-fingerprint': { type: 'string' },
    csr: { type: 'string' },
    certificates: { type: 'string' },
  },
  run: runInit,
};

async function runInit(context: CommandContext): Promise<ExitCode> {
  const { values } = context;
  const [csr, certificates] = [values.text('csr'), values.text('certificates')];
  if ((csr === undefined) === (certificates === undefined)) {
    throw new UsageError('give --csr FILE or --certificates DIR, and only one of them');
  }
  const isNew = !(await hasDesk(context.home));
  if (!isNew) await checkSameAnchor(context);
  if (csr !== undefined) return writeSigningRequest(context, csr, isNew);
  return takeCertificates(context, certificates ?? '', isNew);
}

/** An anchor is never exchanged by the way: another authority is another desk. */
async function checkSameAnchor({ values, home }: CommandContext): Promise<void> {
  const path = values.text('anchor');
  if (path === undefined) return;
  const { anchor } = (await openDesk(home)).document;
  const given = await readAnchor(path);
  if ((await anchorFingerprint(given)) === (await anchorFingerprint(anchor))) return;
  throw new VerifierError('anchor_of_other_authority', 'this desk trusts another anchor', {
    hint: 'set $SYMBOLON_HOME to another folder for a desk of another authority',
  });
}

async function writeSigningRequest(
  context: CommandContext,
  path: string,
  isNew: boolean,
): Promise<ExitCode> {
  const { home, terminal } = context;
  if (isNew) {
    const anchor = await confirmAnchor(context);
    const { privateJwk } = await generateP256KeyPair();
    await createDesk(home, emptyDesk(anchor, privateJwk));
  }
  const { document } = await openDesk(home);
  const { createSigningRequest } = await import('@symbolon/trust/certificates');
  const privateJwk = document.access_key;
  await writeFileAtomic(
    path,
    await createSigningRequest({ commonName: 'Symbolon desk', privateJwk }),
  );
  terminal.result({ folder: home, signing_request: path }, [
    `Desk: ${home}`,
    `Signing request: ${path}`,
    "Next: the authority registers it ('issuer relying-party add FILE --csr …') and sends certificates back;",
    "      'verifier init --certificates DIR' takes them.",
  ]);
  return EXIT.done;
}

async function takeCertificates(
  context: CommandContext,
  folder: string,
  isNew: boolean,
): Promise<ExitCode> {
  const { home, terminal } = context;
  const taken = await readCertificates(folder);
  if (isNew) {
    const key = await readAccessKey(folder);
    taken.checkKey(key);
    const anchor = await confirmAnchor(context);
    await createDesk(home, { ...emptyDesk(anchor, key), registered: taken.registered });
  } else {
    taken.checkKey((await openDesk(home)).document.access_key);
    await updateDesk(home, (document) => ({ ...document, registered: taken.registered }));
  }
  const { name, sub: identifier } = taken.registration;
  terminal.result({ folder: home, name, identifier }, [
    `Desk: ${home}`,
    `Registered: ${name} (${identifier})`,
    "Next: 'verifier bundle import FILE' brings the authority's trust bundle.",
  ]);
  return EXIT.done;
}

function emptyDesk(
  anchor: DeskDocument['anchor'],
  accessKey: DeskDocument['access_key'],
): DeskDocument {
  return {
    kind: 'symbolon-desk',
    version: 1,
    anchor,
    access_key: accessKey,
    registered: null,
    bundle: null,
  };
}
