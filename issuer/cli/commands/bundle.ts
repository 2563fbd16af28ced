import { type Command, EXIT, UsageError, writeFileAtomic } from '@symbolon/terminal';
import { numberOf, textOf } from '../result.ts';
import { runAction } from '../run-action.ts';

const TIME = /^\d{4}-\d\d-\d\d(?:T\d\d:\d\d:\d\d(?:\.\d{1,3})?Z)?$/;

/** `issuer bundle`. */
export const bundleCommand: Command = {
  usage: 'bundle [--out FILE] [--issued-at TIME]',
  help: `Writes a new trust bundle: everything that verifiers and wallets need in order to judge without
a network. Its number is higher than that of any before; it asks to be replaced after a day, and ends
after 14. The running service hands out the same at /trust-bundle.

Options:
  --out FILE        write it to FILE instead of standard output
  --issued-at TIME  date it back, as 2026-11-01 or 2026-11-01T12:00:00Z; demo authorities only

Examples:
  issuer bundle --out trust-bundle.jwt
  issuer bundle > trust-bundle.jwt

Exit codes: 0 written, 1 refused (for example: dated back by a real authority), 2 wrong usage.`,
  options: { out: { type: 'string' }, 'issued-at': { type: 'string' } },
  run: async (context) => {
    const { terminal, values } = context;
    const [out, time] = [values.text('out'), values.text('issued-at')];
    const issuedAt = time === undefined ? undefined : parseTime(time);
    const result = await runAction(context, {
      action: 'bundle',
      ...(issuedAt === undefined ? {} : { issued_at: issuedAt }),
    });
    const bundle = textOf(result, 'bundle');
    const facts = {
      sequence: numberOf(result, 'sequence'),
      issued_at: numberOf(result, 'issued_at'),
      expires_at: numberOf(result, 'expires_at'),
    };
    if (out === undefined) {
      terminal.result({ ...facts, bundle }, [bundle]);
      return EXIT.done;
    }
    await writeFileAtomic(out, `${bundle}\n`);
    const expires = new Date(facts.expires_at * 1000).toISOString().slice(0, 16);
    terminal.result({ ...facts, out }, [
      `trust bundle ${facts.sequence}, valid until ${expires}Z: ${out}`,
    ]);
    return EXIT.done;
  },
};

function parseTime(text: string): number {
  const milliseconds = TIME.test(text) ? Date.parse(text) : Number.NaN;
  // Date.parse rolls 31 February over into March.
  const exists =
    !Number.isNaN(milliseconds) &&
    new Date(milliseconds).toISOString().startsWith(text.replace(/Z$/, ''));
  if (!exists) {
    throw new UsageError('--issued-at: expected a time such as 2026-11-01T12:00:00Z');
  }
  return Math.floor(milliseconds / 1000);
}
