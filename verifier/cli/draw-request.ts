import { type Terminal, writeFileAtomic } from '@symbolon/terminal';

/**
 * Draws each frame as a picture: FILE for one frame, else FILE-1.png, FILE-2.png, …
 *
 * @returns The files' names, in order.
 */
export async function writePictures(frames: readonly string[], file: string): Promise<string[]> {
  const { drawQrPng } = await import('@symbolon/presentation/qr');
  const stem = file.replace(/\.png$/i, '');
  const files: string[] = [];
  for (const [at, frame] of frames.entries()) {
    const name = frames.length === 1 ? `${stem}.png` : `${stem}-${at + 1}.png`;
    await writeFileAtomic(name, drawQrPng(frame));
    files.push(name);
  }
  return files;
}

/** Draws the frames in the terminal where they fit; returns whether they did. */
export async function drawRequest(frames: readonly string[], terminal: Terminal): Promise<boolean> {
  const { columns } = terminal;
  if (columns === undefined || terminal.json) return false;
  const { drawQrTerminal } = await import('@symbolon/presentation/qr');
  const drawings = frames.map((frame) => drawQrTerminal(frame));
  if (drawings.some((drawing) => columnsOf(drawing) > columns)) {
    terminal.note('The terminal is too small for the QR codes: give --png FILE.');
    return false;
  }
  for (const drawing of drawings) terminal.print(`${drawing}\n`);
  return true;
}

const COLOUR = new RegExp(`${String.fromCharCode(27)}\\[[0-9;]*m`, 'g');

function columnsOf(drawing: string): number {
  return Math.max(...drawing.split('\n').map((line) => line.replaceAll(COLOUR, '').length));
}
