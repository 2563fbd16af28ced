import { access, constants } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { PresentedClaims, Verdict } from '@symbolon/presentation/judge';
import {
  type Command,
  type CommandContext,
  EXIT,
  type ExitCode,
  UsageError,
  writeFileAtomic,
} from '@symbolon/terminal';
import { readBootTime } from '../../desk/boot-clock.ts';
import { checkAnswer } from '../../desk/check-answer.ts';
import { openDesk } from '../../desk/desk.ts';
import { readHeldBundle, trustedTime } from '../../desk/held-bundle.ts';
import { readClock } from '../clock.ts';
import { describeVerdict, verdictJson } from '../describe-verdict.ts';
import { readTexts } from '../read-texts.ts';

const HELP = `
Checks the answer to a request that this desk made within the last two minutes,
without a network. ANSWER is frames, a text file of them, PNG or JPEG pictures of
QR codes (give all of them), or - for standard input.

Of what was asked for, claims are shown only when everything is in order. A
request is used up by the first answer that is accepted. A receipt without any
claim is kept in the folder of the desk.

Options:
  --portrait FILE   write the portrait, when the answer is accepted and has one

Examples:
  verifier check answer-1.png answer-2.png
  verifier check answer.txt --json
  verifier check - < answer.txt

Exit codes: 0 accepted, 1 rejected, 2 usage, 3 undecided (ask staff), 70 our own
fault.
`;

/** `verifier check`. */
export const checkCommand: Command = {
  usage: 'check ANSWER… [--portrait FILE]',
  help: HELP,
  options: { portrait: { type: 'string' } },
  positionals: [1, 64],
  run: runCheck,
};

async function runCheck(context: CommandContext): Promise<ExitCode> {
  const { positionals, terminal, values, home } = context;
  const portrait = values.text('portrait');
  if (portrait !== undefined) await checkFolder(portrait);
  const texts = await readTexts(positionals);
  const desk = await openDesk(home);
  const now = trustedTime(desk.document, readClock());
  const bundle = await readHeldBundle(desk, now);
  const checked = await checkAnswer(texts, { desk, bundle, now, boot: readBootTime() });
  const { verdict } = checked;
  const view = { ...checked, bundle, colours: terminal.colours };
  terminal.result(verdictJson(view), describeVerdict(view));
  if (portrait !== undefined && verdict.outcome === 'accepted') {
    const isWritten = await writePortrait(verdict.claims, portrait);
    terminal.note(
      isWritten ? `Portrait: ${portrait}` : 'There is no portrait: it was not asked for.',
    );
  }
  return exitCodeOf(verdict);
}

function exitCodeOf({ outcome, checks }: Verdict<unknown>): ExitCode {
  const isOurFault = checks.some(
    (result) => result.outcome !== 'passed' && result.code === 'internal_error',
  );
  if (isOurFault) return EXIT.fault;
  if (outcome === 'accepted') return EXIT.done;
  return outcome === 'undecided' ? EXIT.undecided : EXIT.refused;
}

/** Before the request is used up, not after. */
async function checkFolder(path: string): Promise<void> {
  try {
    await access(dirname(path), constants.W_OK);
  } catch (cause) {
    throw new UsageError('--portrait names a folder that cannot be written to', { cause });
  }
}

async function writePortrait({ claims }: PresentedClaims, path: string): Promise<boolean> {
  const portrait = claims.get('portrait') ?? claims.get('portrait_thumb');
  const [, base64] = /^data:image\/\w+;base64,(.*)$/.exec(String(portrait)) ?? [];
  if (base64 === undefined) return false;
  await writeFileAtomic(path, Buffer.from(base64, 'base64'), 0o600);
  return true;
}
