import type { ParseArgsOptionsConfig } from 'node:util';
import { UsageError } from './error.ts';
import type { ExitCode } from './exit-code.ts';
import type { Terminal } from './terminal.ts';

/** What a command gets: its arguments, the terminal, and the folder its data is in. */
export type CommandContext = {
  readonly values: CommandValues;
  readonly positionals: readonly string[];
  readonly terminal: Terminal;
  /** The program's data folder; it need not exist. */
  readonly home: string;
};

/** A command; loaded only when it is called or its own help is asked for. */
export type Command = {
  /** After the program's name: `accept OFFER [--tx-code-file FILE]`. */
  readonly usage: string;
  /** What it does, its options, examples and exit codes, as plain text. */
  readonly help: string;
  readonly options: ParseArgsOptionsConfig;
  /** Least and most positional arguments; absent means none. */
  readonly positionals?: readonly [least: number, most: number];
  readonly run: (context: CommandContext) => Promise<ExitCode>;
};

/** The options as given, read by name and kind. */
export class CommandValues {
  readonly #values: Readonly<Record<string, unknown>>;

  constructor(values: Readonly<Record<string, unknown>>) {
    this.#values = values;
  }

  /** The value of `--name VALUE`, or `undefined`. */
  text(name: string): string | undefined {
    const value = this.#values[name];
    return typeof value === 'string' ? value : undefined;
  }

  /**
   * The value of `--name VALUE`.
   *
   * @throws {@link UsageError} when it was not given.
   */
  required(name: string): string {
    const value = this.text(name);
    if (value === undefined) throw new UsageError(`--${name} is missing`);
    return value;
  }

  /** Whether `--name` was given. */
  flag(name: string): boolean {
    return this.#values[name] === true;
  }

  /** Every value of a `--name VALUE` that may be repeated. */
  list(name: string): readonly string[] {
    const value = this.#values[name];
    return Array.isArray(value) ? value.filter((each) => typeof each === 'string') : [];
  }
}
