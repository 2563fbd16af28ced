import { readFileSync } from 'node:fs';
import { drawQrPng, drawQrTerminal, readQrPicture } from '@symbolon/presentation/qr';
import { readQrReader } from '@symbolon/terminal';
import * as fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { readPictureSize } from '../../../presentation/qr/picture-size.ts';
import { createPng } from '../../../presentation/qr/png.ts';

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

/** A PNG with another size in its header. */
function sized(png: Uint8Array, width: number, height: number) {
  const changed = Uint8Array.from(png);
  new DataView(changed.buffer).setUint32(16, width);
  new DataView(changed.buffer).setUint32(20, height);
  return changed;
}

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
    [
      'threat 21: 100 megapixels out of 20 kB',
      createPng({ width: 10_000, height: 10_000, isDark: () => false }),
    ],
    ['a PNG that says 4 gigapixels', sized(png(60), 0xffff, 0xffff)],
    ['a PNG that says it has no pixels', sized(png(60), 0, 0)],
    [
      'a JPEG of 4 gigapixels',
      Uint8Array.of(0xff, 0xd8, 0xff, 0xc0, 0, 11, 8, 0xff, 0xff, 0xff, 0xff, 1, 1, 0x11, 0),
    ],
    [
      'a JPEG whose size comes after a long segment',
      Uint8Array.of(
        0xff,
        0xd8,
        0xff,
        0xe0,
        0,
        4,
        1,
        2,
        0xff,
        0xff,
        0xc2,
        0,
        11,
        8,
        0xff,
        0xff,
        0xff,
        0xff,
        1,
      ),
    ],
    ['a JPEG without a frame', Uint8Array.of(0xff, 0xd8, 0xff, 0xda, 0, 4, 1, 2, 0, 0, 0, 0, 0)],
    [
      'a JPEG whose segments have no length',
      new Uint8Array(200_000).fill(0xff, 0, 1).fill(0xd8, 1, 2),
    ],
    ['a JPEG that is all filling', new Uint8Array(200_000).fill(0xff).fill(0xd8, 1, 2)],
    ['a GIF', Uint8Array.from(Buffer.from('GIF89a\u0001\u0000\u0001\u0000'))],
    ['a BMP', Uint8Array.from(Buffer.from(`BM${'\u0000'.repeat(60)}`))],
  ] as const) {
    test(why, async () => {
      await expect(readQrPicture(Uint8Array.from(picture), reader)).rejects.toMatchObject({
        name: 'PresentationError',
        code: 'picture_unreadable',
      });
    });
  }
});

describe('the size of a picture is read without decoding it', () => {
  test('of a PNG', () => {
    const picture = createPng({ width: 300, height: 20, isDark: () => false });
    expect(readPictureSize(picture)).toEqual({ width: 300, height: 20 });
  });

  test('of JPEGs, progressive ones too', () => {
    const folder = new URL('../../../issuer/register/portraits/', import.meta.url);
    for (const name of ['face-0.jpg', 'face-1.jpg']) {
      const picture = Uint8Array.from(readFileSync(new URL(name, folder)));
      expect(readPictureSize(picture)).toEqual({ width: 150, height: 200 });
      const cut = picture.slice(0, 40);
      expect(readPictureSize(cut)).toBeUndefined();
    }
  });

  test('of any bytes: a size, or none', async () => {
    const start = fc.constantFrom([0xff, 0xd8], [0xff, 0xd8, 0xff, 0xe0, 0, 4], []);
    await fc.assert(
      fc.property(start, fc.uint8Array({ maxLength: 60 }), (first, rest) => {
        const size = readPictureSize(Uint8Array.from([...first, ...rest]));
        expect(size === undefined || size.width >= 0).toBe(true);
      }),
    );
  });
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
