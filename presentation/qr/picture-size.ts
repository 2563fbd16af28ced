/** Width and height of a picture in pixels, as its header says. */
export type PictureSize = { readonly width: number; readonly height: number };

const PNG_START = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
/** The first chunk: its length, 13, and its name. */
const PNG_HEADER = [0x00, 0x00, 0x00, 0x0d, 0x49, 0x48, 0x44, 0x52];
const PNG_SIZE_AT = PNG_START.length + PNG_HEADER.length;

const JPEG_START = [0xff, 0xd8];
const START_OF_SCAN = 0xda;
/** Start of frame, C0 to CF, but for three markers that stand among them. */
const NO_FRAMES: ReadonlySet<number> = new Set([0xc4, 0xc8, 0xcc]);
/** Of a frame: marker, length, precision; then height and width, two bytes each. */
const JPEG_SIZE_AT = 5;

/**
 * Reads how large a PNG or JPEG picture will be, without decoding it: a few bytes can stand for
 * gigabytes of pixels.
 *
 * @returns `undefined` for any other kind of file, and for one whose header is damaged.
 * @see [PNG, third edition](https://www.w3.org/TR/png-3/#11IHDR) section 11.2.1, ITU-T T.81 annex B
 */
export function readPictureSize(bytes: Uint8Array): PictureSize | undefined {
  if (startsWith(bytes, [...PNG_START, ...PNG_HEADER])) return pngSize(bytes);
  return startsWith(bytes, JPEG_START) ? jpegSize(bytes) : undefined;
}

function pngSize(bytes: Uint8Array): PictureSize | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < PNG_SIZE_AT + 8) return undefined;
  return { width: view.getUint32(PNG_SIZE_AT), height: view.getUint32(PNG_SIZE_AT + 4) };
}

/** The size is in the one start of frame, before the first scan. */
function jpegSize(bytes: Uint8Array): PictureSize | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = JPEG_START.length;
  while (at + JPEG_SIZE_AT + 4 <= bytes.length) {
    const marker = bytes[at + 1] ?? 0;
    if (bytes[at] !== 0xff || marker === START_OF_SCAN) return undefined;
    if (marker === 0xff) {
      // A filling byte before the marker.
      at += 1;
      continue;
    }
    if (marker >= 0xc0 && marker <= 0xcf && !NO_FRAMES.has(marker)) {
      const [height, width] = [
        view.getUint16(at + JPEG_SIZE_AT),
        view.getUint16(at + JPEG_SIZE_AT + 2),
      ];
      return { width, height };
    }
    at += 2 + Math.max(2, view.getUint16(at + 2));
  }
  return undefined;
}

function startsWith(bytes: Uint8Array, start: readonly number[]): boolean {
  return start.every((byte, index) => bytes[index] === byte);
}
