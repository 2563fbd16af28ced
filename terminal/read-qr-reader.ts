import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

/**
 * The WebAssembly module that reads QR pictures, out of the installed package: what
 * `@symbolon/presentation/qr` asks to be handed.
 */
export async function readQrReader(): Promise<Uint8Array<ArrayBuffer>> {
  const location = import.meta.resolve('zxing-wasm/reader/zxing_reader.wasm');
  return new Uint8Array(await readFile(fileURLToPath(location)));
}
