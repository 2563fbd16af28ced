import type { Command, CommandContext, ExitCode } from '@symbolon/terminal';
import { EXIT } from '@symbolon/terminal';
import { examineWallet, type Finding } from '../examine-wallet.ts';

const HELP = `
Looks at this installation and says, for each thing, whether it is in order, and
if not, how to mend it. Nothing is changed and nothing is fetched. Without the
passphrase it looks at what can be seen from outside.

Examples:
  wallet doctor
  wallet doctor --json

Exit codes: 0 nothing is broken (there may be warnings), 1 something is, 2 usage.
`;

/** `wallet doctor`. */
export const doctorCommand: Command = {
  usage: 'doctor',
  help: HELP,
  options: {},
  run: runDoctor,
};

const MARKS = { ok: 'ok  ', warning: 'warn', broken: 'FAIL' } as const;

async function runDoctor(context: CommandContext): Promise<ExitCode> {
  const findings = await examineWallet(context);
  context.terminal.result(
    {
      findings: findings.map(({ hint, ...rest }) =>
        hint === undefined ? rest : { ...rest, hint },
      ),
    },
    findings.flatMap(describe),
  );
  return findings.some(({ outcome }) => outcome === 'broken') ? EXIT.refused : EXIT.done;
}

function describe({ subject, outcome, message, hint }: Finding): readonly string[] {
  const line = `${MARKS[outcome]}  ${subject}: ${message}`;
  return hint === undefined ? [line] : [line, `      ${hint}`];
}
