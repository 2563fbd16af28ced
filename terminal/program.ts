import type { ParseArgsOptionsConfig } from 'node:util';
import { Refusal } from '@symbolon/schemas/refusal';
import type { Command } from './command.ts';
import { dataFolder } from './data-folder.ts';
import { UsageError } from './error.ts';
import { EXIT, type ExitCode } from './exit-code.ts';
import type { TerminalWorld } from './terminal.ts';
import { visibleText } from './visible-text.ts';

/** A command by name; `load` keeps what it needs out of every other command's start. */
export type CommandEntry = {
  /** One or two words, as typed: `accept`, `bundle import`. */
  readonly name: string;
  readonly summary: string;
  readonly load: () => Promise<Command>;
};

/** A command-line program: its name and its commands. */
export type Program = {
  readonly name: 'issuer' | 'verifier' | 'wallet';
  readonly summary: string;
  readonly commands: readonly CommandEntry[];
};

const COMMON_OPTIONS: ParseArgsOptionsConfig = {
  help: { type: 'boolean', short: 'h' },
  json: { type: 'boolean' },
  'passphrase-file': { type: 'string' },
};

const COMMON_HELP = `Options of every command:
  --json                  print the result as one line of JSON
  --passphrase-file FILE  read the passphrase from FILE (or set SYMBOLON_PASSPHRASE)
  -h, --help              show this help
Data is kept in $SYMBOLON_HOME, else in the XDG data folder.
Exit codes: 0 done or accepted, 1 rejected or refused, 2 wrong usage, 3 undecided, 70 our own fault.`;

/** The process as it is: its streams and its environment. */
export function processWorld(): TerminalWorld {
  const { stdin, stdout, stderr, env: environment } = process;
  stdout.on('error', outliveReader);
  stderr.on('error', outliveReader);
  return { stdin, stdout, stderr, environment };
}

/** A reader that goes away (`… | head`) does not stop a command half-way: it ends as it would. */
function outliveReader(error: Error): void {
  if (!('code' in error && error.code === 'EPIPE')) throw error;
}

/**
 * Runs one command and says how it ended; never throws.
 *
 * @param argv - Arguments after the program's name.
 * @returns The exit code: 1 for a {@link Refusal}, 2 for wrong usage, 70 for a fault of ours.
 */
export async function runProgram(
  program: Program,
  argv: readonly string[],
  world: TerminalWorld,
): Promise<ExitCode> {
  const json = argv.includes('--json');
  try {
    return await dispatch(program, argv, world);
  } catch (error) {
    return report(program, error, { json, world });
  }
}

async function dispatch(
  program: Program,
  argv: readonly string[],
  world: TerminalWorld,
): Promise<ExitCode> {
  const words = argv[0] === 'help' ? argv.slice(1) : argv;
  const entry = findEntry(program, words);
  if (entry === undefined) {
    const [first] = words;
    if (first !== undefined && first !== '--help' && first !== '-h') {
      throw new UsageError(`there is no command '${visibleText(first, 40)}'`);
    }
    world.stdout.write(programHelp(program));
    return first === undefined && argv[0] !== 'help' ? EXIT.usage : EXIT.done;
  }
  const command = await entry.load();
  const rest = words.slice(entry.name.split(' ').length);
  if (argv[0] === 'help' || rest.includes('--help') || rest.includes('-h')) {
    world.stdout.write(commandHelp(program, entry, command));
    return EXIT.done;
  }
  return runCommand(program, command, rest, world);
}

async function runCommand(
  program: Program,
  command: Command,
  rest: readonly string[],
  world: TerminalWorld,
): Promise<ExitCode> {
  const { values, positionals } = parseCommandLine(command, rest);
  const [least, most] = command.positionals ?? [0, 0];
  if (positionals.length < least || positionals.length > most) {
    throw new UsageError(`expected: ${program.name} ${command.usage}`);
  }
  // Loaded here, so that a help text costs little more than starting Node.
  const { CommandValues } = await import('./command.ts');
  const { Terminal } = await import('./terminal.ts');
  const commandValues = new CommandValues(values);
  const terminal = new Terminal(world, {
    program: program.name,
    json: commandValues.flag('json'),
    passphraseFile: commandValues.text('passphrase-file'),
  });
  const home = dataFolder(program.name, world.environment);
  return command.run({ values: commandValues, positionals, terminal, home });
}

function parseCommandLine(
  command: Command,
  rest: readonly string[],
): { readonly values: Readonly<Record<string, unknown>>; readonly positionals: string[] } {
  try {
    // Not by an import: that would load everything that node:util can do, a quarter of a start.
    return process.getBuiltinModule('node:util').parseArgs({
      args: [...rest],
      options: { ...COMMON_OPTIONS, ...command.options },
      allowPositionals: true,
      strict: true,
    });
  } catch (cause) {
    // parseArgs names the option and repeats no value of it.
    const message = cause instanceof Error ? cause.message.split('. ')[0] : 'wrong arguments';
    throw new UsageError(visibleText(message ?? 'wrong arguments'), { cause });
  }
}

function findEntry(program: Program, words: readonly string[]): CommandEntry | undefined {
  return program.commands.find(({ name }) =>
    name.split(' ').every((word, at) => words[at] === word),
  );
}

function programHelp({ name, summary, commands }: Program): string {
  const width = Math.max(...commands.map((command) => command.name.length));
  const rows = commands.map((command) => `  ${command.name.padEnd(width)}  ${command.summary}`);
  return `${name}: ${summary}\n\nUsage: ${name} COMMAND [options]\n\nCommands:\n${rows.join('\n')}\n\n'${name} COMMAND --help' shows a command's options and examples.\n\n${COMMON_HELP}\n`;
}

function commandHelp({ name }: Program, { summary }: CommandEntry, command: Command): string {
  return `${summary}\n\nUsage: ${name} ${command.usage}\n\n${command.help.trim()}\n\n${COMMON_HELP}\n`;
}

function report(
  { name }: Program,
  error: unknown,
  { json, world }: { readonly json: boolean; readonly world: TerminalWorld },
): ExitCode {
  const { exit, code, message, hint } = explain(name, error);
  if (json) {
    const body = hint === undefined ? { code, message } : { code, message, hint };
    world.stdout.write(`${JSON.stringify({ error: body })}\n`);
  } else {
    world.stderr.write(`${name}: error: ${message}\n`);
    if (hint !== undefined) world.stderr.write(`${name}: hint: ${hint}\n`);
  }
  return exit;
}

type Explained = {
  readonly exit: ExitCode;
  readonly code: string;
  readonly message: string;
  readonly hint: string | undefined;
};

function explain(program: string, error: unknown): Explained {
  if (error instanceof UsageError) {
    const hint = `see '${program} --help'`;
    return { exit: EXIT.usage, code: 'usage', message: error.message, hint };
  }
  if (error instanceof Refusal) {
    return { exit: EXIT.refused, code: error.code, message: error.message, hint: error.hint };
  }
  return {
    exit: EXIT.fault,
    code: 'internal_error',
    message: `something went wrong inside (${errorKind(error)})`,
    hint: `run '${program} doctor'`,
  };
}

/** The class, and a system error's code such as ENOSPC; never its text, which may hold data. */
function errorKind(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown';
  return 'code' in error && typeof error.code === 'string'
    ? `${error.name} ${error.code}`
    : error.name;
}
