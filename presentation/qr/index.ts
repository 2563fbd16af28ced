export { drawQrPng } from './draw-qr-png.ts';
export { drawQrTerminal } from './draw-qr-terminal.ts';
export type { ErrorCorrection } from './qr-modules.ts';
export { readQrPicture } from './read-qr-picture.ts';
