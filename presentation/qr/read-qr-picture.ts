import { PresentationError } from '../error.ts';
import { readPictureSize } from './picture-size.ts';

/** Symbols that one picture may hold. */
const MAX_SYMBOLS = 64;
/** More than a phone's camera makes; the reader takes about four bytes for each. */
const MAX_PIXELS = 52_000_000;

/**
 * Reads the QR symbols of a picture.
 *
 * @param picture - PNG or JPEG bytes; the caller bounds their size.
 * @param reader - The reader's WebAssembly module (`zxing-wasm/reader/zxing_reader.wasm`): it is
 *   handed in, so that nothing is ever loaded from a network.
 * @returns The texts, in the reader's order.
 * @throws {@link PresentationError} `picture_unreadable` when no symbol can be read, when it is no PNG
 *   or JPEG, and when it has more than 52 megapixels.
 */
export async function readQrPicture(
  picture: Uint8Array<ArrayBuffer>,
  reader: Uint8Array<ArrayBuffer>,
): Promise<readonly string[]> {
  const size = readPictureSize(picture);
  if (size === undefined || size.width * size.height > MAX_PIXELS) throw unreadable(undefined);
  const { prepareZXingModule, readBarcodes } = await import('zxing-wasm/reader');
  prepareZXingModule({ overrides: { wasmBinary: reader.buffer } });
  const symbols = await readBarcodes(picture, {
    formats: ['QRCode'],
    maxNumberOfSymbols: MAX_SYMBOLS,
  }).catch((cause: unknown) => {
    throw unreadable(cause);
  });
  const texts = symbols.flatMap(({ isValid, text }) => (isValid && text !== '' ? [text] : []));
  if (texts.length === 0) throw unreadable(undefined);
  return texts;
}

function unreadable(cause: unknown): PresentationError {
  return new PresentationError('picture_unreadable', 'no QR code can be read in the picture', {
    cause,
    hint: 'give a sharp PNG or JPEG with the whole code and some white around it',
  });
}
