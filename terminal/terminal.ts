import type { JsonValue } from '@symbolon/schemas';
import { TerminalError } from './error.ts';
import { readTextFile } from './read-input.ts';

/** The streams and variables that a terminal talks through. */
export type TerminalWorld = {
  readonly stdin: { readonly isTTY?: boolean };
  readonly stdout: NodeJS.WritableStream & { readonly isTTY?: boolean; readonly columns?: number };
  readonly stderr: NodeJS.WritableStream & { readonly isTTY?: boolean };
  readonly environment: Readonly<Record<string, string | undefined>>;
};

/** How a terminal was asked to behave, from the options that every command has. */
export type TerminalOptions = {
  readonly program: string;
  readonly json: boolean;
  readonly passphraseFile: string | undefined;
};

const PASSPHRASE_MIN = 8;
const PASSPHRASE_FILE_MAX_BYTES = 4096;
const PROGRESS_AFTER_MS = 400;

/**
 * All that a command may show or ask. Results go to standard output, everything for people to
 * standard error; text from outside is passed through `visibleText` by the caller.
 */
export class Terminal {
  readonly json: boolean;
  readonly #world: TerminalWorld;
  readonly #options: TerminalOptions;

  constructor(world: TerminalWorld, options: TerminalOptions) {
    this.#world = world;
    this.#options = options;
    this.json = options.json;
  }

  /** Whether a person can be asked. */
  get interactive(): boolean {
    return this.#world.stdin.isTTY === true && this.#world.stderr.isTTY === true;
  }

  /** Columns of the terminal, or `undefined` when standard output is not one. */
  get columns(): number | undefined {
    return this.#world.stdout.isTTY === true ? this.#world.stdout.columns : undefined;
  }

  /** Whether marks and outcome words may be coloured (`NO_COLOR` is heeded). */
  get colours(): boolean {
    const { NO_COLOR: noColour } = this.#world.environment;
    return this.#world.stdout.isTTY === true && (noColour === undefined || noColour === '');
  }

  /** One line of a result. */
  print(line: string): void {
    this.#world.stdout.write(`${line}\n`);
  }

  /** One line for the person, not part of the result. */
  note(line: string): void {
    this.#world.stderr.write(`${line}\n`);
  }

  /** The result: as one line of JSON with `--json`, else as lines of text. */
  result(json: JsonValue, lines: readonly string[]): void {
    if (this.json) this.print(JSON.stringify(json));
    else for (const line of lines) this.print(line);
  }

  /** Says what is going on when `work` takes longer than a moment. */
  async progress<Result>(label: string, work: () => Promise<Result>): Promise<Result> {
    const started = performance.now();
    let shown = false;
    const timer = setTimeout(() => {
      shown = true;
      this.#world.stderr.write(`${label} …\n`);
    }, PROGRESS_AFTER_MS);
    try {
      const result = await work();
      if (shown) this.note(`${label}: done in ${secondsSince(started)} s`);
      return result;
    } finally {
      clearTimeout(timer);
    }
  }

  /**
   * Asks yes or no; anything but a plain yes is no.
   *
   * @throws {@link TerminalError} `not_interactive` with `hint`, when nobody can be asked.
   */
  async confirm(question: string, hint: string): Promise<boolean> {
    this.#needPerson(question, hint);
    const { confirm, isCancel } = await import('@clack/prompts');
    const answer = await confirm({
      message: question,
      initialValue: false,
      output: this.#asking(),
    });
    return !isCancel(answer) && answer;
  }

  /**
   * Asks for a line of text.
   *
   * @throws {@link TerminalError} `not_interactive` with `hint`; `cancelled`.
   */
  async askText(question: string, hint: string): Promise<string> {
    this.#needPerson(question, hint);
    const { text, isCancel } = await import('@clack/prompts');
    const answer = await text({ message: question, output: this.#asking() });
    if (isCancel(answer) || answer === undefined) throw new TerminalError('cancelled', 'cancelled');
    return answer.trim();
  }

  /**
   * The passphrase: from `--passphrase-file`, from `SYMBOLON_PASSPHRASE`, or asked for.
   *
   * @param purpose - `new` asks twice and refuses fewer than 8 characters.
   * @throws {@link TerminalError} `not_interactive`, `passphrase_too_short`, `passphrases_differ`,
   *   `cancelled`, and what reading the file throws.
   */
  async askPassphrase(question: string, purpose: 'new' | 'existing'): Promise<string> {
    const given = await this.#givenPassphrase();
    const passphrase = given ?? (await this.#askSecret(question));
    if (purpose === 'new') {
      if (passphrase.length < PASSPHRASE_MIN) {
        throw new TerminalError('passphrase_too_short', 'the passphrase is too short', {
          hint: `use at least ${PASSPHRASE_MIN} characters, better several words`,
        });
      }
      if (given === undefined && (await this.#askSecret(`${question} (again)`)) !== passphrase) {
        throw new TerminalError('passphrases_differ', 'the two passphrases differ');
      }
    }
    return passphrase;
  }

  async #givenPassphrase(): Promise<string | undefined> {
    const { passphraseFile } = this.#options;
    if (passphraseFile !== undefined) {
      const text = await readTextFile(passphraseFile, { maxBytes: PASSPHRASE_FILE_MAX_BYTES });
      return text.replace(/\r?\n$/, '');
    }
    const variable = this.#world.environment['SYMBOLON_PASSPHRASE'];
    return variable === '' ? undefined : variable;
  }

  async #askSecret(question: string): Promise<string> {
    this.#needPerson(question, 'give --passphrase-file FILE or set SYMBOLON_PASSPHRASE');
    const { password, isCancel } = await import('@clack/prompts');
    const answer = await password({ message: question, output: this.#asking() });
    if (isCancel(answer) || answer === undefined) throw new TerminalError('cancelled', 'cancelled');
    return answer;
  }

  #needPerson(question: string, hint: string): void {
    if (this.interactive) return;
    throw new TerminalError('not_interactive', `nobody can be asked: ${question}`, { hint });
  }

  /** Questions go where notes go, so that standard output holds the result alone. */
  #asking(): NodeJS.WriteStream {
    return process.stderr;
  }
}

function secondsSince(started: number): string {
  return ((performance.now() - started) / 1000).toFixed(1);
}
