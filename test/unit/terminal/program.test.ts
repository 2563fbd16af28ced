import { Writable } from 'node:stream';
import { ParseError } from '@symbolon/schemas';
import {
  type Command,
  EXIT,
  type Program,
  runProgram,
  type TerminalWorld,
  UsageError,
} from '@symbolon/terminal';
import { expect, test } from 'vitest';

class Sink extends Writable {
  text = '';
  override _write(chunk: Buffer, _encoding: string, done: () => void) {
    this.text += chunk.toString();
    done();
  }
}

/** A world without a person: standard input is no terminal. */
function createWorld(environment: Record<string, string> = {}) {
  const stdout = new Sink();
  const stderr = new Sink();
  const stdin = { isTTY: false };
  const world: TerminalWorld = { stdin, stdout, stderr, environment };
  return { world, stdout, stderr };
}

const command = (run: Command['run']): Command => ({
  usage: 'go PLACE',
  help: 'Goes there.',
  options: { fast: { type: 'boolean' }, by: { type: 'string', multiple: true } },
  positionals: [1, 1],
  run,
});

const program = (run: Command['run']): Program => ({
  name: 'wallet',
  summary: 'a wallet',
  commands: [
    { name: 'go', summary: 'Go somewhere', load: async () => command(run) },
    { name: 'bundle import', summary: 'Import', load: async () => command(run) },
  ],
});

const done = async () => EXIT.done;

test('help lists every command and loads none', async () => {
  const { world, stdout } = createWorld();
  const loading: Program = {
    name: 'wallet',
    summary: 'a wallet',
    commands: [
      { name: 'go', summary: 'Go somewhere', load: () => Promise.reject(new Error('loaded')) },
    ],
  };
  expect(await runProgram(loading, ['--help'], world)).toBe(0);
  expect(stdout.text).toContain('go  Go somewhere');
  expect(stdout.text).toContain('3 undecided');
});

test("a command's own help shows its usage and does not run it", async () => {
  for (const argv of [
    ['go', '--help'],
    ['help', 'go'],
    ['go', 'x', '-h'],
  ]) {
    const { world, stdout } = createWorld();
    const never = () => Promise.reject(new Error('ran'));
    expect(await runProgram(program(never), argv, world)).toBe(0);
    expect(stdout.text).toContain('Usage: wallet go PLACE');
  }
});

const WRONG_USAGE: readonly (readonly [why: string, argv: readonly string[], says: string])[] = [
  ['an unknown command', ['fly'], "there is no command 'fly'"],
  ['an unknown option', ['go', 'x', '--slow'], "Unknown option '--slow'"],
  ['too few arguments', ['go'], 'expected: wallet go PLACE'],
  ['too many arguments', ['go', 'x', 'y'], 'expected: wallet go PLACE'],
  ['a flag with a value', ['go', 'x', '--fast=1'], "Option '--fast' does not take an argument"],
  ['half of a two-word command', ['bundle'], "there is no command 'bundle'"],
  ['a hostile command name', ['\u001b[31mred'], "there is no command '<U+001B>[31mred'"],
];

for (const [why, argv, says] of WRONG_USAGE) {
  test(`wrong usage ends with 2 and says how: ${why}`, async () => {
    const { world, stdout, stderr } = createWorld();
    expect(await runProgram(program(done), argv, world)).toBe(2);
    expect(stderr.text).toContain(`wallet: error: ${says}`);
    expect(stderr.text).toContain("wallet: hint: see 'wallet --help'");
    expect(stdout.text).toBe('');
  });
}

test('no command at all shows the help and ends with 2', async () => {
  const { world, stdout } = createWorld();
  expect(await runProgram(program(done), [], world)).toBe(2);
  expect(stdout.text).toContain('Usage: wallet COMMAND');
});

test('a refusal ends with 1, its message and its hint', async () => {
  const { world, stderr } = createWorld();
  const refuse = () => Promise.reject(new ParseError('offer', 'grants', 'object'));
  expect(await runProgram(program(refuse), ['go', 'x'], world)).toBe(1);
  expect(stderr.text).toBe("wallet: error: offer: 'grants' is not acceptable (object)\n");
});

test('with --json an error is one line of JSON on standard output', async () => {
  const { world, stdout, stderr } = createWorld();
  const refuse = () => Promise.reject(new ParseError('offer', 'grants', 'object'));
  expect(await runProgram(program(refuse), ['go', 'x', '--json'], world)).toBe(1);
  expect(JSON.parse(stdout.text)).toMatchObject({ error: { code: 'malformed' } });
  expect(stderr.text).toBe('');
});

test('[attack 119] a fault of ours ends with 70, without its message or a stack', async () => {
  const { world, stdout, stderr } = createWorld();
  const fail = () => Promise.reject(new TypeError('secret 4711'));
  expect(await runProgram(program(fail), ['go', 'x'], world)).toBe(70);
  expect(stderr.text).toBe(
    "wallet: error: something went wrong inside (TypeError)\nwallet: hint: run 'wallet doctor'\n",
  );
  expect(stdout.text).toBe('');
});

test('a command gets its options by name and kind', async () => {
  const { world } = createWorld({ SYMBOLON_HOME: '/data' });
  const look = program(async ({ values, positionals, home }) => {
    expect(positionals).toEqual(['here']);
    expect(home).toBe('/data');
    expect([values.flag('fast'), values.list('by'), values.text('passphrase-file')]).toEqual([
      true,
      ['bus', 'foot'],
      undefined,
    ]);
    expect(() => values.required('from')).toThrow(UsageError);
    return EXIT.undecided;
  });
  const argv = ['go', 'here', '--fast', '--by', 'bus', '--by', 'foot'];
  expect(await runProgram(look, argv, world)).toBe(3);
});

test('where nobody can be asked, a question is a refusal that says what to give', async () => {
  const { world, stderr } = createWorld();
  const ask = program(async ({ terminal }) => {
    await terminal.askPassphrase('Passphrase', 'existing');
    return EXIT.done;
  });
  expect(await runProgram(ask, ['go', 'x'], world)).toBe(1);
  expect(stderr.text).toContain('give --passphrase-file FILE or set SYMBOLON_PASSPHRASE');
  const confirm = program(async ({ terminal }) => {
    await terminal.confirm('Reveal?', 'give --yes');
    return EXIT.done;
  });
  expect(await runProgram(confirm, ['go', 'x'], createWorld().world)).toBe(1);
});

test('a new passphrase of fewer than 8 characters is refused', async () => {
  const { world, stderr } = createWorld({ SYMBOLON_PASSPHRASE: 'short' });
  const ask = program(async ({ terminal }) => {
    await terminal.askPassphrase('Passphrase', 'new');
    return EXIT.done;
  });
  expect(await runProgram(ask, ['go', 'x'], world)).toBe(1);
  expect(stderr.text).toContain('the passphrase is too short');
});
