import { type Command, EXIT } from '@symbolon/terminal';
import { examineAuthority, type Finding } from '../examine-authority.ts';
import { issuerPassphrase } from '../issuer-passphrase.ts';

const MARKS = { good: 'ok  ', remark: 'note', bad: 'BAD ' } as const;

/** `issuer doctor`. */
export const doctorCommand: Command = {
  usage: 'doctor',
  help: `Looks at this installation and says what is wrong with it and how to mend it: the folder and who
may read it, issuer.json, keys and certificates, the store, the register, the clock. Changes nothing.

Examples:
  issuer doctor
  issuer doctor --json

Exit codes: 0 all is well (remarks are no fault), 1 something is wrong, 2 wrong usage.`,
  options: {},
  run: async (context) => {
    const { terminal, home } = context;
    const findings = await terminal.progress('examining', () =>
      examineAuthority(home, () => issuerPassphrase(context)),
    );
    const healthy = findings.every(({ state }) => state !== 'bad');
    terminal.result({ healthy, findings: findings.map(toJson) }, findings.flatMap(describe));
    return healthy ? EXIT.done : EXIT.refused;
  },
};

function describe({ state, subject, text, mend }: Finding): string[] {
  const line = `${MARKS[state]}  ${subject}: ${text}`;
  return mend === undefined ? [line] : [line, `      ${mend}`];
}

function toJson({ state, subject, text, mend }: Finding): Record<string, string> {
  return { state, subject, text, ...(mend === undefined ? {} : { mend }) };
}
