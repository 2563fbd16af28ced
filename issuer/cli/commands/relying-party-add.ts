import { access, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type Command,
  EXIT,
  readTextFile,
  UsageError,
  visibleText,
  writeFileAtomic,
} from '@symbolon/terminal';
import { IssuerError } from '../../error.ts';
import { EXAMPLE_REGISTRATION } from '../../relying-party/example-registration.ts';
import { readJsonFile } from '../read-json-file.ts';
import { numberOf, textOf } from '../result.ts';
import { runAction } from '../run-action.ts';

const SIGNING_REQUEST_MAX_BYTES = 16_384;
const ACCESS_CERTIFICATE = 'access-certificate.pem';
const REGISTRATION_CERTIFICATE = 'registration-certificate.jwt';
const ACCESS_KEY = 'access-key.jwk';

/** `issuer relying-party add`. */
export const relyingPartyAddCommand: Command = {
  usage: 'relying-party add FILE [--csr FILE] --out DIR',
  help: `Registers a relying party: who it is, what it may ask for, and why. Writes to DIR
  ${ACCESS_CERTIFICATE}        proves who asks
  ${REGISTRATION_CERTIFICATE}  names the claims and the purpose; a wallet refuses anything beyond
  ${ACCESS_KEY}                only without --csr: its private key (mode 0600)

Options:
  --csr FILE  the signing request of the party's own key ('verifier init --csr FILE' makes it);
              without it the authority makes the key, which is for trying out only
  --out DIR   made if it does not exist; nothing in it is overwritten
  --example   print an example FILE (a hotel) and stop

Examples:
  issuer relying-party add --example > hotel.json
  issuer relying-party add hotel.json --csr hotel.csr --out hotel-certificates

Exit codes: 0 registered, 1 refused, 2 wrong usage.`,
  options: {
    csr: { type: 'string' },
    out: { type: 'string' },
    example: { type: 'boolean' },
  },
  positionals: [0, 1],
  run: async (context) => {
    const { terminal, values, positionals } = context;
    if (values.flag('example')) {
      terminal.print(JSON.stringify(EXAMPLE_REGISTRATION, undefined, 2));
      return EXIT.done;
    }
    const [file] = positionals;
    if (file === undefined) throw new UsageError('FILE is missing');
    const out = values.required('out');
    const registration = await readJsonFile(file);
    const signingRequest = await readSigningRequest(values.text('csr'));
    await refuseOverwriting(out);
    const result = await runAction(context, {
      action: 'relying_party_add',
      registration,
      ...(signingRequest === undefined ? {} : { signing_request: signingRequest }),
    });
    const accessKey = result['access_key'] === undefined ? undefined : textOf(result, 'access_key');
    await mkdir(out, { recursive: true, mode: 0o700 });
    if (accessKey !== undefined) {
      await writeFileAtomic(join(out, ACCESS_KEY), `${accessKey}\n`, 0o600);
    }
    const certificate = textOf(result, 'registration_certificate');
    await writeFileAtomic(join(out, REGISTRATION_CERTIFICATE), `${certificate}\n`);
    await writeFileAtomic(join(out, ACCESS_CERTIFICATE), textOf(result, 'access_certificate'));
    const id = textOf(result, 'relying_party_id');
    const expires = new Date(numberOf(result, 'expires_at') * 1000).toISOString().slice(0, 10);
    terminal.result({ relying_party_id: id, out, expires_at: numberOf(result, 'expires_at') }, [
      `registered as ${id}, until ${expires}: ${visibleText(out)}`,
    ]);
    if (accessKey !== undefined) {
      terminal.note(
        `The authority made the party's private key: ${ACCESS_KEY}. Hand it over safely and keep no copy; in earnest the party makes its own ('verifier init --csr FILE').`,
      );
    }
    return EXIT.done;
  },
};

async function readSigningRequest(path: string | undefined): Promise<string | undefined> {
  if (path === undefined) return undefined;
  return readTextFile(path, { maxBytes: SIGNING_REQUEST_MAX_BYTES });
}

/** Asked before anything is registered: a key or a certificate is not replaced by mistake. */
async function refuseOverwriting(folder: string): Promise<void> {
  for (const name of [ACCESS_CERTIFICATE, REGISTRATION_CERTIFICATE, ACCESS_KEY]) {
    const exists = await access(join(folder, name)).then(
      () => true,
      () => false,
    );
    if (exists) {
      throw new IssuerError('certificates_exist', `there is a ${name} in the folder already`, {
        hint: 'give another folder with --out',
      });
    }
  }
}
