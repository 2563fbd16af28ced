import { readInput, readQrReader } from '@symbolon/terminal';

const MAX_INPUT_BYTES = 32 * 1024 * 1024;

/**
 * The texts in arguments that are each frames, a text file, a picture with QR codes, or `-`. A
 * picture may hold several codes.
 *
 * @throws TerminalError as `readInput`; PresentationError for a picture that cannot be read.
 */
export async function readTexts(inputs: readonly string[]): Promise<readonly string[]> {
  const texts: string[] = [];
  for (const argument of inputs) {
    const input = await readInput(argument, { maxBytes: MAX_INPUT_BYTES });
    if (input.kind === 'text') texts.push(input.text);
    else texts.push(...(await readPicture(input.bytes)));
  }
  return texts;
}

/** Loaded only here: the reader is heavy, and a start for a text must not pay for it. */
async function readPicture(bytes: Uint8Array<ArrayBuffer>): Promise<readonly string[]> {
  const { readQrPicture } = await import('@symbolon/presentation/qr');
  return readQrPicture(bytes, await readQrReader());
}
