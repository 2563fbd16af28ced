import { drawQrPng, drawQrTerminal, readQrPicture } from '@symbolon/presentation/qr';
import { readQrReader } from '@symbolon/terminal';
import * as fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';

const ALPHANUMERIC = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:';
let reader: Uint8Array<ArrayBuffer>;

beforeAll(async () => {
  reader = await readQrReader();
});

describe('a drawn picture', () => {
  test('is read back to the same text, from one character to a frame of V15', async () => {
    const alphanumeric = fc
      .array(fc.constantFrom(...ALPHANUMERIC), { minLength: 1, maxLength: 750 })
      .map((characters) => `PQ1:${characters.join('')}`);
    await fc.assert(
      fc.asyncProperty(alphanumeric, async (text) => {
        expect(await readQrPicture(drawQrPng(text), reader)).toEqual([text]);
      }),
      { numRuns: 20 },
    );
  });

  test('holds a URI with letters of any case', async () => {
    const uri = 'openid-credential-offer://?credential_offer=%7B%22a%22%3A1%7D';
    expect(await readQrPicture(drawQrPng(uri, 'medium'), reader)).toEqual([uri]);
  });

  test('is refused when the text fits into no QR code', () => {
    expect(() => drawQrPng('A'.repeat(4297))).toThrow(
      expect.objectContaining({ code: 'message_too_large' }),
    );
    expect(() => drawQrPng('A'.repeat(4296))).not.toThrow();
  });
});

describe('a picture without a readable code is refused, and nothing is loaded for it', () => {
  const png = (bytes: number) => {
    const picture = drawQrPng('PQ1:ABC');
    return picture.slice(0, bytes);
  };
  for (const [why, picture] of [
    ['no bytes', new Uint8Array()],
    ['the signature alone', png(8)],
    ['cut off', png(60)],
    ['noise', Uint8Array.from({ length: 5000 }, (_, at) => (at * 7919) & 255)],
  ] as const) {
    test(why, async () => {
      await expect(readQrPicture(Uint8Array.from(picture), reader)).rejects.toMatchObject({
        name: 'PresentationError',
        code: 'picture_unreadable',
      });
    });
  }
});

/** The modules of a terminal drawing, by its half blocks. */
function modulesOf(drawing: string) {
  const colours = new RegExp(`${String.fromCharCode(27)}\\[[0-9;]*m`, 'g');
  return drawing.split('\n').flatMap((line) => {
    const blocks = [...line.replaceAll(colours, '')];
    return [blocks.map((each) => '█▀'.includes(each)), blocks.map((each) => '█▄'.includes(each))];
  });
}

describe('a terminal drawing', () => {
  test('has the quiet zone of four modules on every side, and the finder patterns', () => {
    const modules = modulesOf(drawQrTerminal('PQ1:ABC'));
    const width = modules[0]?.length ?? 0;
    // Version 1 has 21 modules; an odd number of rows leaves half a line over.
    expect([width, modules.length]).toEqual([29, 30]);
    for (let at = 0; at < width; at += 1) {
      for (const edge of [0, 1, 2, 3, width - 4, width - 3, width - 2, width - 1]) {
        expect([modules[edge]?.[at], modules[at]?.[edge]]).toEqual([false, false]);
      }
    }
    const finder = modules.slice(4, 11).map((row) => row.slice(4, 11).map(Number).join(''));
    expect(finder.slice(0, 4)).toEqual(['1111111', '1000001', '1011101', '1011101']);
  });

  test('sets both colours on every line and resets them at its end', () => {
    for (const line of drawQrTerminal('PQ1:ABC').split('\n')) {
      expect(line.startsWith('\u001b[38;2;0;0;0m\u001b[48;2;255;255;255m')).toBe(true);
      expect(line.endsWith('\u001b[0m')).toBe(true);
    }
  });
});
