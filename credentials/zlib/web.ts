import { deflateSync, inflateSync, Inflate as RawInflate } from 'fflate';
import { CredentialError } from '../error.ts';
import type { DeflateRaw, Inflate, InflateRaw } from './contract.ts';

/** Deflate makes at most 1032 bytes of one. */
const STEP_BYTES = 2_048;
const ADLER_MODULUS = 65_521;
/** So many sums of bytes stay below 2^31 between two reductions. */
const ADLER_RUN = 3_800;

/**
 * fflate, for what lies between the header and the checksum (RFC 1950 section 2.2): its own reading
 * of the whole looks at neither the checksum nor what stands before it.
 */
export const inflate: Inflate = (bytes, maxBytes) => {
  const [method = 0, flags = 0] = bytes;
  const isDeflate = (method & 0x0f) === 8 && method >> 4 <= 7 && (method * 256 + flags) % 31 === 0;
  if (bytes.length < 6 || !isDeflate || (flags & 0x20) !== 0) throw damaged();
  const inflated = inflateRaw(bytes.slice(2, -4), maxBytes);
  const checksum = bytes.subarray(-4).reduce((sum, byte) => sum * 256 + byte, 0);
  if (checksum !== adler32(inflated)) throw damaged();
  return inflated;
};

/** fflate; it does not mind bytes after the end, so we look whether the last one was needed. */
export const inflateRaw: InflateRaw = (bytes, maxBytes, dictionary) => {
  const options = dictionary === undefined ? {} : { dictionary };
  const inflated = inflateWithin(new RawInflate(options), bytes, maxBytes);
  if (isComplete(() => inflateSync(bytes.subarray(0, -1), options))) {
    throw new CredentialError('malformed', 'there are bytes after the end of the deflated data');
  }
  return inflated;
};

/** fflate. */
export const deflateRaw: DeflateRaw = (bytes, dictionary) =>
  new Uint8Array(
    deflateSync(bytes, { level: 9, ...(dictionary === undefined ? {} : { dictionary }) }),
  );

/** In small steps, so that nothing is inflated far beyond the limit. */
function inflateWithin(
  stream: RawInflate,
  bytes: Uint8Array<ArrayBuffer>,
  maxBytes: number,
): Uint8Array<ArrayBuffer> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  stream.ondata = (chunk): void => {
    chunks.push(chunk);
    size += chunk.length;
    if (size > maxBytes) throw damaged();
  };
  try {
    for (let at = 0; at <= bytes.length; at += STEP_BYTES) {
      stream.push(bytes.slice(at, at + STEP_BYTES), at + STEP_BYTES > bytes.length);
    }
  } catch (cause) {
    throw cause instanceof CredentialError ? cause : damaged(cause);
  }
  const inflated = new Uint8Array(size);
  chunks.reduce((at, chunk) => {
    inflated.set(chunk, at);
    return at + chunk.length;
  }, 0);
  return inflated;
}

function isComplete(run: () => unknown): boolean {
  try {
    run();
    return true;
  } catch {
    return false;
  }
}

function adler32(bytes: Uint8Array): number {
  let a = 1;
  let b = 0;
  for (let from = 0; from < bytes.length; from += ADLER_RUN) {
    for (const byte of bytes.subarray(from, from + ADLER_RUN)) {
      a += byte;
      b += a;
    }
    a %= ADLER_MODULUS;
    b %= ADLER_MODULUS;
  }
  return b * 65_536 + a;
}

function damaged(cause?: unknown): CredentialError {
  return new CredentialError('malformed', 'deflated data is damaged, or larger than allowed', {
    cause,
  });
}
