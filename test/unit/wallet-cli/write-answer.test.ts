import { decodeFrames } from '@symbolon/presentation';
import { CommandValues, Terminal } from '@symbolon/terminal';
import { expect, test } from 'vitest';
import {
  checkOutput,
  chooseOutput,
  writeAnswer,
} from '../../../wallet-cli/answering/write-answer.ts';
import { temporaryFolder } from './support/temporary-folder.ts';

const sid = Uint8Array.from([1, 2, 3, 4]);
const wire = Uint8Array.from({ length: 2446 }, (_, at) => (at * 7) % 251);
const answer = { wire, code: '07' };

/** A terminal of some width, or none, and what was printed on it. */
function terminalOf(columns: number | undefined, json = false) {
  const printed: string[] = [];
  const stream = {
    isTTY: columns !== undefined,
    columns,
    write: (text: string) => printed.push(text),
  };
  const world = {
    stdin: { isTTY: columns !== undefined },
    stdout: stream,
    stderr: { isTTY: columns !== undefined, write: () => true },
    environment: {},
  };
  const options = { program: 'wallet', json, passphraseFile: undefined };
  // @ts-expect-error only the members that a terminal uses
  return { terminal: new Terminal(world, options), printed };
}

for (const [columns, codes] of [
  [300, 1],
  [110, 3],
  [90, 5],
  [66, 10],
] as const) {
  test(`a terminal of ${columns} columns shows the answer in ${codes} QR codes`, async () => {
    const { terminal, printed } = terminalOf(columns);
    await writeAnswer({ sid }, answer, { kind: 'terminal' }, terminal);
    const text = printed.join('');
    expect(text).not.toContain('PQ1:');
    expect(text.match(/^\d+ of \d+$/gm) ?? []).toHaveLength(codes === 1 ? 0 : codes);
    const bare = text.replaceAll(new RegExp(`${String.fromCharCode(27)}\\[[0-9;]*m`, 'g'), '');
    expect(Math.max(...bare.split('\n').map((line) => line.length))).toBeLessThanOrEqual(columns);
  });
}

test('a narrow terminal, a pipe and --text get the frames as lines, from which the answer comes back', async () => {
  for (const [columns, kind] of [
    [40, 'terminal'],
    [undefined, 'terminal'],
    [300, 'text'],
  ] as const) {
    const { terminal, printed } = terminalOf(columns);
    await writeAnswer({ sid }, answer, { kind }, terminal);
    expect(decodeFrames([printed.join('')], sid).message).toEqual(wire);
  }
});

test('with --json nothing is printed beside the result', async () => {
  const { terminal, printed } = terminalOf(300, true);
  const written = await writeAnswer({ sid }, answer, { kind: 'terminal' }, terminal);
  expect(printed).toEqual([]);
  expect(decodeFrames(written.frames, sid).message).toEqual(wire);
});

test('pictures are numbered after the name, whether or not it ends with .png', async () => {
  const folder = temporaryFolder();
  for (const name of [`${folder}/a`, `${folder}/a.png`, `${folder}/a.PNG`]) {
    const { files } = await writeAnswer(
      { sid },
      answer,
      { kind: 'png', path: name },
      terminalOf(undefined).terminal,
    );
    expect(files).toEqual([1, 2, 3, 4, 5].map((at) => `${folder}/a-${at}.png`));
  }
});

test('one kind of output at a time, and one that can be written', async () => {
  expect(chooseOutput(new CommandValues({}))).toEqual({ kind: 'terminal' });
  expect(chooseOutput(new CommandValues({ png: 'a' }))).toEqual({ kind: 'png', path: 'a' });
  for (const values of [
    { png: 'a', out: 'b' },
    { png: 'a', text: true },
    { out: 'a', text: true },
  ]) {
    expect(() => chooseOutput(new CommandValues(values))).toThrow('give one of');
  }
  await expect(checkOutput({ kind: 'file', path: '/nowhere/a' })).rejects.toMatchObject({
    name: 'TerminalError',
  });
  await checkOutput({ kind: 'file', path: `${temporaryFolder()}/a` });
});
