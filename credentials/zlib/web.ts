import { deflateSync, inflateSync, unzlibSync } from 'fflate';
import { CredentialError } from '../error.ts';
import type { DeflateRaw, Inflate, InflateRaw } from './contract.ts';

const ADLER_MODULUS = 65_521;
/** So many sums of bytes stay below 2^31 between two reductions. */
const ADLER_RUN = 3_800;

/** fflate; it does not look at the checksum at the end of the stream, so we do. */
export const inflate: Inflate = (bytes, maxBytes) => {
  const inflated = inflateWithin(maxBytes, (out) => unzlibSync(bytes, { out }));
  const end = bytes.length;
  const checksum = bytes.subarray(end - 4).reduce((sum, byte) => sum * 256 + byte, 0);
  if (checksum !== adler32(inflated)) throw damaged();
  return inflated;
};

/** fflate; it does not mind bytes after the end, so we look whether the last one was needed. */
export const inflateRaw: InflateRaw = (bytes, maxBytes, dictionary) => {
  const options = dictionary === undefined ? {} : { dictionary };
  const inflated = inflateWithin(maxBytes, (out) => inflateSync(bytes, { out, ...options }));
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

/** fflate fills a buffer and drops what does not fit: one byte more than allowed shows that. */
function inflateWithin(
  maxBytes: number,
  run: (out: Uint8Array) => Uint8Array,
): Uint8Array<ArrayBuffer> {
  try {
    const inflated = run(new Uint8Array(maxBytes + 1));
    if (inflated.length <= maxBytes) return new Uint8Array(inflated);
  } catch (cause) {
    throw damaged(cause);
  }
  throw damaged();
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
