import encodeQr from 'qr';
import { PresentationError } from '../error.ts';

/** Modules of white around a symbol (ISO/IEC 18004 section 9.1). */
const QUIET_ZONE = 4;
/** The library draws at least one module of border itself. */
const LIBRARY_BORDER = 1;

/** How much of a symbol may be lost: `low` on a phone's bright screen, `medium` on a desk's. */
export type ErrorCorrection = 'low' | 'medium';

/** A QR symbol as rows of modules, quiet zone included; `true` is dark. */
export type QrModules = readonly (readonly boolean[])[];

/**
 * Encodes a text as one QR symbol, in the smallest version that holds it. Frames and other text of
 * the alphanumeric set take two characters in 11 bits.
 *
 * @throws {@link PresentationError} `message_too_large` when no version holds it.
 */
export function createQrModules(text: string, errorCorrection: ErrorCorrection): QrModules {
  const bordered = encode(text, errorCorrection);
  const white = QUIET_ZONE - LIBRARY_BORDER;
  const width = bordered.length + 2 * white;
  const blank = Array.from({ length: white }, () => Array.from({ length: width }, () => false));
  const side = Array.from({ length: white }, () => false);
  return [...blank, ...bordered.map((row) => [...side, ...row, ...side]), ...blank];
}

function encode(text: string, ecc: ErrorCorrection): boolean[][] {
  try {
    return encodeQr(text, 'raw', { ecc, border: LIBRARY_BORDER });
  } catch (cause) {
    const message = 'the text does not fit into one QR code';
    throw new PresentationError('message_too_large', message, { cause });
  }
}
