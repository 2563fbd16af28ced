import { open } from 'node:fs/promises';
import { TerminalError } from './error.ts';

/** What a command was given: text, or the bytes of a picture (PNG or JPEG). */
export type Input =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'picture'; readonly bytes: Uint8Array<ArrayBuffer> };

/** A URI or frame text is an argument as it stands, whatever files there are. */
const TEXT_ARGUMENT = /^(?:[a-z][a-z0-9+.-]*:|PQ1:|ey[\w-]+\.)/;
const CHUNK_BYTES = 65_536;
const PNG = [0x89, 0x50, 0x4e, 0x47];
const JPEG = [0xff, 0xd8, 0xff];

/**
 * Reads an OFFER, REQUEST, ANSWER or file argument.
 *
 * @param argument - A URI or text, the path of a file, or `-` for standard input.
 * @throws {@link TerminalError} `input_missing` when there is no such file; `input_too_large`;
 *   `input_unreadable` for bytes that are neither UTF-8 text nor a PNG or JPEG.
 */
export async function readInput(
  argument: string,
  { maxBytes }: { readonly maxBytes: number },
): Promise<Input> {
  if (argument !== '-' && TEXT_ARGUMENT.test(argument)) {
    if (argument.length > maxBytes) throw tooLarge(maxBytes);
    return { kind: 'text', text: argument };
  }
  const bytes =
    argument === '-' ? await readStandardInput(maxBytes) : await readFile(argument, maxBytes);
  if (startsWith(bytes, PNG) || startsWith(bytes, JPEG)) return { kind: 'picture', bytes };
  return { kind: 'text', text: decodeText(bytes).trim() };
}

/**
 * Reads a text file, for example a JSON record.
 *
 * @throws {@link TerminalError} as {@link readInput}.
 */
export async function readTextFile(
  path: string,
  { maxBytes }: { readonly maxBytes: number },
): Promise<string> {
  return decodeText(
    path === '-' ? await readStandardInput(maxBytes) : await readFile(path, maxBytes),
  );
}

async function readFile(path: string, maxBytes: number): Promise<Uint8Array<ArrayBuffer>> {
  const file = await open(path, 'r').catch((cause: unknown) => {
    throw new TerminalError('input_missing', `cannot read the file '${path.slice(0, 200)}'`, {
      cause,
      hint: 'check the path; a text or URI argument is recognised by how it begins',
    });
  });
  try {
    const stats = await file.stat();
    if (stats.isDirectory()) {
      throw new TerminalError('input_unreadable', `'${path.slice(0, 200)}' is a folder`);
    }
    if (stats.size > maxBytes) throw tooLarge(maxBytes);
    // A file may grow, and a pipe has no size: what is read is counted. A buffer of the limit's size
    // would cost more than everything else that a command does.
    const chunks: Uint8Array[] = [];
    let length = 0;
    for (;;) {
      const { bytesRead, buffer } = await file.read(Buffer.allocUnsafe(CHUNK_BYTES));
      if (bytesRead === 0) return new Uint8Array(Buffer.concat(chunks));
      length += bytesRead;
      if (length > maxBytes) throw tooLarge(maxBytes);
      chunks.push(buffer.subarray(0, bytesRead));
    }
  } catch (cause) {
    if (cause instanceof TerminalError) throw cause;
    throw new TerminalError('input_unreadable', `cannot read '${path.slice(0, 200)}'`, { cause });
  } finally {
    await file.close();
  }
}

async function readStandardInput(maxBytes: number): Promise<Uint8Array<ArrayBuffer>> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of process.stdin) {
    const bytes: Uint8Array = chunk instanceof Uint8Array ? chunk : Buffer.from(String(chunk));
    length += bytes.length;
    if (length > maxBytes) throw tooLarge(maxBytes);
    chunks.push(bytes);
  }
  return new Uint8Array(Buffer.concat(chunks));
}

function decodeText(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new TerminalError(
      'input_unreadable',
      'the input is neither UTF-8 text nor a PNG or JPEG',
      {
        cause,
        hint: 'give a text, a text file, or a PNG or JPEG picture',
      },
    );
  }
}

function tooLarge(maxBytes: number): TerminalError {
  return new TerminalError('input_too_large', `the input is larger than ${maxBytes} bytes`);
}

function startsWith(bytes: Uint8Array, magic: readonly number[]): boolean {
  return magic.every((byte, at) => bytes[at] === byte);
}
