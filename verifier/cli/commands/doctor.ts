import { type Command, type CommandContext, EXIT, type ExitCode } from '@symbolon/terminal';
import { examineDesk, type Finding } from '../examine-desk.ts';

const HELP = `
Looks at this desk and says, for each thing, whether it is in order, and if not,
how to mend it. Nothing is changed, and nothing is fetched.

Examples:
  verifier doctor
  verifier doctor --json

Exit codes: 0 nothing is broken (there may be warnings), 1 something is, 2 usage.
`;

/** `verifier doctor`. */
export const doctorCommand: Command = {
  usage: 'doctor',
  help: HELP,
  options: {},
  run: runDoctor,
};

const MARKS = { ok: 'ok  ', warning: 'warn', broken: 'FAIL' } as const;

async function runDoctor({ terminal, home }: CommandContext): Promise<ExitCode> {
  const findings = await examineDesk(home);
  terminal.result(
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
