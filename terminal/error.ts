import { Refusal } from '@symbolon/schemas/refusal';

/** The command was called wrongly: the message says how, `--help` says how to do it right. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** Why an input, an answer or a file of the person at the terminal is refused. */
export type TerminalErrorCode =
  | 'input_missing'
  | 'input_too_large'
  | 'input_unreadable'
  | 'not_interactive'
  | 'passphrase_too_short'
  | 'passphrases_differ'
  | 'cancelled';

/** A refused input or answer, with a stable `code`. */
export class TerminalError extends Refusal<TerminalErrorCode> {
  override readonly name = 'TerminalError';
}
