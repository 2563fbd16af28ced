import { access, constants } from 'node:fs/promises';
import { dirname } from 'node:path';
import { BLOCK_BYTES, encodeFrames, type OpenedRequest } from '@symbolon/presentation';
import {
  type CommandValues,
  type Terminal,
  TerminalError,
  UsageError,
  writeFileAtomic,
} from '@symbolon/terminal';
import type { SealedAnswer } from './create-answer.ts';

/** Where an answer goes. */
export type AnswerOutput =
  | { readonly kind: 'file' | 'png'; readonly path: string }
  | { readonly kind: 'terminal' | 'text' };

/**
 * Where the holder wants the answer: `--png NAME`, `--out FILE`, `--text`, or the terminal.
 *
 * @throws {@link UsageError} for more than one of them.
 */
export function chooseOutput(values: CommandValues): AnswerOutput {
  const [png, out] = [values.text('png'), values.text('out')];
  const chosen: AnswerOutput[] = [];
  if (png !== undefined) chosen.push({ kind: 'png', path: png });
  if (out !== undefined) chosen.push({ kind: 'file', path: out });
  if (values.flag('text')) chosen.push({ kind: 'text' });
  if (chosen.length > 1) throw new UsageError('give one of --png, --out and --text');
  return chosen[0] ?? { kind: 'terminal' };
}

/**
 * Refuses an output that cannot be written, before a copy of a card is spent on it.
 *
 * @throws {@link TerminalError} `input_missing`.
 */
export async function checkOutput(output: AnswerOutput): Promise<void> {
  if (!('path' in output)) return;
  try {
    await access(dirname(output.path), constants.W_OK);
  } catch (cause) {
    throw new TerminalError('input_missing', 'the folder for the answer cannot be written to', {
      cause,
      hint: 'make the folder, or give another name',
    });
  }
}

/** What an answer became. */
export type WrittenAnswer = {
  readonly frames: readonly string[];
  readonly files: readonly string[];
};

/**
 * Hands the answer over: as numbered pictures, as a file or lines of frames, or as QR codes in the
 * terminal, as few as its width allows; where it allows none, or nobody looks, as lines of frames.
 * (The animation of frames will have its place here.)
 */
export async function writeAnswer(
  { sid }: Pick<OpenedRequest, 'sid'>,
  { wire }: SealedAnswer,
  output: AnswerOutput,
  terminal: Terminal,
): Promise<WrittenAnswer> {
  const frames = encodeFrames(wire, { sid, blockBytes: BLOCK_BYTES.v15 });
  switch (output.kind) {
    case 'png':
      return { frames, files: await writePictures(frames, output.path) };
    case 'file':
      await writeFileAtomic(output.path, `${frames.join('\n')}\n`, 0o600);
      return { frames, files: [output.path] };
    case 'text':
      printFrames(frames, terminal);
      return { frames, files: [] };
    case 'terminal': {
      if (await drawInTerminal(wire, sid, terminal)) return { frames, files: [] };
      if (terminal.interactive) {
        terminal.note('The terminal is too narrow for QR codes: these are the frames as text.');
        terminal.note('--png NAME draws pictures of them.');
      }
      printFrames(frames, terminal);
      return { frames, files: [] };
    }
  }
}

function printFrames(frames: readonly string[], terminal: Terminal): void {
  // With --json the frames are in the result.
  if (!terminal.json) for (const frame of frames) terminal.print(frame);
}

/** NAME-1.png, NAME-2.png, …; a `.png` that NAME ends with is not said twice. */
async function writePictures(frames: readonly string[], name: string): Promise<readonly string[]> {
  const { drawQrPng } = await import('@symbolon/presentation/qr');
  const stem = name.replace(/\.png$/i, '');
  const files: string[] = [];
  for (const [at, frame] of frames.entries()) {
    const file = `${stem}-${at + 1}.png`;
    await writeFileAtomic(file, drawQrPng(frame), 0o600);
    files.push(file);
  }
  return files;
}

/** One QR code where one holds the answer and fits, else one for each frame, one below another. */
async function drawInTerminal(
  wire: Uint8Array<ArrayBuffer>,
  sid: Uint8Array<ArrayBuffer>,
  terminal: Terminal,
): Promise<boolean> {
  const { columns } = terminal;
  if (columns === undefined || terminal.json) return false;
  const { drawQrTerminal } = await import('@symbolon/presentation/qr');
  const sizes = [wire.length, BLOCK_BYTES.v20, BLOCK_BYTES.v15, BLOCK_BYTES.v10];
  for (const blockBytes of sizes.filter((size) => size <= MAX_SINGLE_BYTES)) {
    const drawn = encodeFrames(wire, { sid, blockBytes }).map((frame) => drawQrTerminal(frame));
    if (drawn.every((code) => qrColumns(code) <= columns)) {
      printCodes(drawn, terminal);
      return true;
    }
  }
  return false;
}

function printCodes(codes: readonly string[], terminal: Terminal): void {
  for (const [at, code] of codes.entries()) {
    if (codes.length > 1) terminal.print(`${at + 1} of ${codes.length}`);
    terminal.print(code);
  }
}

/** The largest message of one QR code of version 40, error correction L, in alphanumeric mode. */
const MAX_SINGLE_BYTES = 2850;

const COLOUR = new RegExp(`${String.fromCharCode(27)}\\[[0-9;]*m`, 'g');

/** Width of a drawn code: its longest line, without the sequences that colour it. */
function qrColumns(drawn: string): number {
  return Math.max(...drawn.split('\n').map((line) => line.replaceAll(COLOUR, '').length));
}
