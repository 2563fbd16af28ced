import { deflateRaw } from '@symbolon/credentials/zlib';

const SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
/** Greyscale, one bit a pixel, no interlacing (PNG section 11.2.2). */
const GREYSCALE_ONE_BIT = [1, 0, 0, 0, 0];

/** A picture in black and white. */
export type Bitmap = {
  readonly width: number;
  readonly height: number;
  readonly isDark: (x: number, y: number) => boolean;
};

/**
 * Writes a bitmap as PNG. It is 60 lines where a library would be thousands: one colour type, one
 * filter.
 *
 * @see [PNG, third edition](https://www.w3.org/TR/png-3/) sections 5 and 11
 */
export function createPng(bitmap: Bitmap): Uint8Array<ArrayBuffer> {
  const header = [...uint32(bitmap.width), ...uint32(bitmap.height), ...GREYSCALE_ONE_BIT];
  return concatenate([
    Uint8Array.from(SIGNATURE),
    chunk('IHDR', Uint8Array.from(header)),
    chunk('IDAT', zlib(scanlines(bitmap))),
    chunk('IEND', new Uint8Array()),
  ]);
}

/** Each line is a filter byte (0: none) and the pixels, eight a byte, 1 is white. */
function scanlines({ width, height, isDark }: Bitmap): Uint8Array<ArrayBuffer> {
  const lineBytes = 1 + Math.ceil(width / 8);
  const lines = new Uint8Array(lineBytes * height);
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      if (isDark(x, y)) continue;
      const at = y * lineBytes + 1 + (x >> 3);
      lines[at] = (lines[at] ?? 0) | (0x80 >> (x & 7));
    }
  }
  return lines;
}

/** The zlib form (RFC 1950) of what deflate makes. */
function zlib(bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  const checksum = Uint8Array.from(uint32(adler32(bytes)));
  return concatenate([Uint8Array.of(0x78, 0xda), deflateRaw(bytes), checksum]);
}

function chunk(type: string, content: Uint8Array): Uint8Array {
  const typed = concatenate([new TextEncoder().encode(type), content]);
  const [length, checksum] = [uint32(content.length), uint32(crc32(typed))];
  return concatenate([Uint8Array.from(length), typed, Uint8Array.from(checksum)]);
}

function adler32(bytes: Uint8Array): number {
  let [low, high] = [1, 0];
  for (const byte of bytes) {
    low = (low + byte) % 65_521;
    high = (high + low) % 65_521;
  }
  return high * 65_536 + low;
}

function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit += 1) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  }
  return (crc ^ 0xffffffff) >>> 0;
}

function uint32(value: number): number[] {
  return [value >>> 24, (value >>> 16) & 255, (value >>> 8) & 255, value & 255];
}

function concatenate(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
