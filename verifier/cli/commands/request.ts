import { createSigner, randomBytes } from '@symbolon/credentials/crypto';
import { BLOCK_BYTES, encodeRequestFrames, encodeRequestUri } from '@symbolon/presentation';
import { getPolicy, POLICIES, type Policy } from '@symbolon/schemas';
import {
  type Command,
  type CommandContext,
  EXIT,
  type ExitCode,
  UsageError,
  visibleText,
  writeFileAtomic,
} from '@symbolon/terminal';
import { type BootTime, readBootTime } from '../../desk/boot-clock.ts';
import { type Desk, openDesk } from '../../desk/desk.ts';
import { trustedTime } from '../../desk/held-bundle.ts';
import { addPending, PENDING_SECONDS, sweepPending } from '../../desk/pending-requests.ts';
import { VerifierError } from '../../error.ts';
import {
  createPresentationRequest,
  type PresentationRequest,
  type RequestingDesk,
} from '../../request.ts';
import { readClock } from '../clock.ts';
import { drawRequest, writePictures } from '../draw-request.ts';

const HELP = `
Makes a fresh signed request under a policy: a new nonce and a new one-time key.
Show it to the holder within two minutes; one answer to it is accepted.

Without --png and --out the request's frames are printed, one a line, so that
they can be piped; a terminal that is wide enough shows them as QR codes too.

Policies:
${POLICIES.map(({ name, display }) => `  ${name.padEnd(12)}${display}`).join('\n')}

Options:
  --policy P    what to ask for (required)
  --png FILE    draw it as QR pictures: FILE, or FILE-1.png, FILE-2.png, …
  --out FILE    write it to FILE as text: frames, one a line

Examples:
  verifier request --policy hotel --png request.png
  verifier request --policy age-gate --out request.txt
  verifier request --policy hotel --json

Exit codes: 0 made, 1 refused (not registered, no trust bundle), 2 usage.
`;

/** `verifier request`. */
export const requestCommand: Command = {
  usage: 'request --policy P [--png FILE] [--out FILE]',
  help: HELP,
  options: { policy: { type: 'string' }, png: { type: 'string' }, out: { type: 'string' } },
  run: runRequest,
};

async function runRequest({ values, terminal, home }: CommandContext): Promise<ExitCode> {
  const policy = policyOf(values.required('policy'));
  const desk = await openDesk(home);
  const asking = requestingDesk(desk);
  if (desk.document.bundle === null) throw noBundle();
  const now = trustedTime(desk.document, readClock());
  const boot = readBootTime();
  await sweepPending(desk, boot);
  const request = await makePending(desk, boot, () =>
    createPresentationRequest(policy, asking, { random: randomBytes, now }),
  );

  const frames = encodeRequestFrames(request, { blockBytes: BLOCK_BYTES.v20 });
  const [png, out] = [values.text('png'), values.text('out')];
  const files = png === undefined ? [] : await writePictures(frames, png);
  if (out !== undefined) {
    await writeFileAtomic(out, `${frames.join('\n')}\n`);
    files.push(out);
  }
  const isPrinted = files.length === 0;
  const isDrawn = isPrinted && (await drawRequest(frames, terminal));
  terminal.note(`${policy.display}: asks for ${policy.asks.join(', ')}`);
  terminal.note(`Waits ${PENDING_SECONDS} s for its answer: 'verifier check ANSWER'`);
  terminal.result(
    {
      policy: policy.name,
      asks: policy.asks,
      client_id: request.clientId,
      expires_in_seconds: PENDING_SECONDS,
      files,
      frames,
      uri: encodeRequestUri(request),
    },
    isPrinted && !isDrawn ? frames : files.map((file) => `Request: ${file}`),
  );
  return EXIT.done;
}

function policyOf(name: string): Policy {
  const policy = getPolicy(name);
  if (policy !== undefined) return policy;
  const names = POLICIES.map((each) => `'${each.name}'`).join(', ');
  throw new UsageError(`there is no policy '${visibleText(name, 40)}'; there are ${names}`);
}

function requestingDesk({ document: { registered, access_key: key } }: Desk): RequestingDesk {
  if (registered === null) {
    throw new VerifierError(
      'desk_not_registered',
      'the authority has not registered this desk yet',
      {
        hint: "'verifier init --certificates DIR' takes what the authority sends back",
      },
    );
  }
  return {
    accessCertificates: registered.access_certificates,
    registrationCertificate: registered.registration_certificate,
    signer: createSigner(key),
  };
}

/** The first bytes of the nonce name the exchange: should they be taken, the dice are cast again. */
async function makePending(
  desk: Desk,
  boot: BootTime,
  create: () => Promise<PresentationRequest>,
): Promise<PresentationRequest> {
  for (;;) {
    const request = await create();
    if (await addPending(desk, request, boot)) return request;
  }
}

function noBundle(): VerifierError {
  return new VerifierError('bundle_missing', 'without a trust bundle no answer can be checked', {
    hint: "'verifier bundle import FILE' brings the authority's",
  });
}
