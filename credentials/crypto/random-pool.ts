import type { Random } from './contract.ts';

const POOL_BYTES = 4096;

/**
 * Random bytes out of a pool that is filled by one call: for a few bytes, the call costs more than
 * the bytes. What was handed out is wiped from the pool, and nothing is handed out twice.
 */
export function createRandomPool(fill: (bytes: Uint8Array<ArrayBuffer>) => void): Random {
  const pool = new Uint8Array(POOL_BYTES);
  let used = POOL_BYTES;
  return (sizeBytes) => {
    if (!Number.isSafeInteger(sizeBytes) || sizeBytes < 0) throw new RangeError('sizeBytes');
    if (sizeBytes > POOL_BYTES / 4) return fillWhole(fill, sizeBytes);
    if (used + sizeBytes > POOL_BYTES) {
      fill(pool);
      used = 0;
    }
    const bytes = pool.slice(used, used + sizeBytes);
    pool.fill(0, used, used + sizeBytes);
    used += sizeBytes;
    return bytes;
  };
}

/** Web Crypto gives at most 65,536 bytes a call. */
function fillWhole(
  fill: (bytes: Uint8Array<ArrayBuffer>) => void,
  sizeBytes: number,
): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(sizeBytes);
  for (let at = 0; at < sizeBytes; at += 65_536) fill(bytes.subarray(at, at + 65_536));
  return bytes;
}
