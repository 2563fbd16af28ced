import { createPng } from './png.ts';
import { createQrModules, type ErrorCorrection } from './qr-modules.ts';

/** Pixels of a module: a symbol of version 15 is 510 pixels wide. */
const MODULE_PIXELS = 6;

/**
 * Draws one QR symbol as a PNG, black on white.
 *
 * @param text - A frame, or a URI.
 * @throws {@link PresentationError} `message_too_large`.
 */
export function drawQrPng(
  text: string,
  errorCorrection: ErrorCorrection = 'low',
): Uint8Array<ArrayBuffer> {
  const modules = createQrModules(text, errorCorrection);
  const width = modules.length * MODULE_PIXELS;
  const isDark = (x: number, y: number): boolean =>
    modules[Math.floor(y / MODULE_PIXELS)]?.[Math.floor(x / MODULE_PIXELS)] === true;
  return createPng({ width, height: width, isDark });
}
