import {
  constants,
  deflateRawSync,
  inflateRawSync,
  inflateSync,
  type ZlibOptions,
} from 'node:zlib';
import { CredentialError } from '../error.ts';
import type { DeflateRaw, Inflate, InflateRaw } from './contract.ts';

/** Node's own zlib. */
export const inflate: Inflate = (bytes, maxBytes) => inflateWith(inflateSync, bytes, maxBytes, {});

/** Node's own zlib. */
export const inflateRaw: InflateRaw = (bytes, maxBytes, dictionary) =>
  inflateWith(inflateRawSync, bytes, maxBytes, dictionary === undefined ? {} : { dictionary });

/** Node's own zlib. */
export const deflateRaw: DeflateRaw = (bytes, dictionary) => {
  const options = { level: constants.Z_BEST_COMPRESSION, memLevel: 9 };
  return new Uint8Array(
    deflateRawSync(bytes, dictionary === undefined ? options : { ...options, dictionary }),
  );
};

function inflateWith(
  run: (bytes: Uint8Array, options: ZlibOptions) => unknown,
  bytes: Uint8Array<ArrayBuffer>,
  maxBytes: number,
  options: ZlibOptions,
): Uint8Array<ArrayBuffer> {
  const { buffer, engine } = outcomeOf(() =>
    run(bytes, { ...options, maxOutputLength: maxBytes, info: true }),
  );
  if (engine.bytesWritten === bytes.length) {
    return new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.byteLength);
  }
  throw new CredentialError('malformed', 'there are bytes after the end of the deflated data');
}

/** What zlib returns when asked for `info`; the types of Node do not know it. */
type Outcome = {
  readonly buffer: Buffer<ArrayBuffer>;
  /** Its `bytesWritten` is how much of the input was taken. */
  readonly engine: { readonly bytesWritten: number };
};

function outcomeOf(run: () => unknown): Outcome {
  try {
    const outcome = run();
    if (isOutcome(outcome)) return outcome;
  } catch (cause) {
    throw new CredentialError('malformed', 'deflated data is damaged, or larger than allowed', {
      cause,
    });
  }
  throw new TypeError('zlib did not say how much it read');
}

function isOutcome(value: unknown): value is Outcome {
  return typeof value === 'object' && value !== null && 'buffer' in value && 'engine' in value;
}
