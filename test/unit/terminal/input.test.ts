import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  dataFolder,
  readInput,
  readTextFile,
  visibleText,
  writeFileAtomic,
} from '@symbolon/terminal';
import * as fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'input-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const file = (name: string, bytes: Uint8Array | string) => {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  return path;
};

test('a URI, a frame or a compact JWS is text as it stands', async () => {
  for (const text of ['openid4vp://?client_id=x', 'PQ1:ABC', 'eyJhbGciOiJFUzI1NiJ9.e30.AA']) {
    expect(await readInput(text, { maxBytes: 100 })).toEqual({ kind: 'text', text });
  }
});

test('a file is text, or a picture by its first bytes', async () => {
  const text = file('offer.txt', ' openid-credential-offer://?x=1\n');
  expect(await readInput(text, { maxBytes: 100 })).toEqual({
    kind: 'text',
    text: 'openid-credential-offer://?x=1',
  });
  const png = file('qr.png', Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 1, 2));
  expect(await readInput(png, { maxBytes: 100 })).toMatchObject({ kind: 'picture' });
});

test('what is missing, too large or no text is refused by code', async () => {
  const cases = [
    [join(folder, 'absent'), 'input_missing'],
    [file('large', 'x'.repeat(101)), 'input_too_large'],
    [file('bytes', Uint8Array.of(0xff, 0xfe, 0x00)), 'input_unreadable'],
    [folder, 'input_unreadable'],
    [`ey${'a'.repeat(200)}.b.c`, 'input_too_large'],
  ] as const;
  for (const [argument, code] of cases) {
    await expect(readInput(argument, { maxBytes: 100 })).rejects.toMatchObject({ code });
  }
  await expect(readTextFile(join(folder, 'absent'), { maxBytes: 9 })).rejects.toMatchObject({
    code: 'input_missing',
  });
});

test('exactly the limit is accepted', async () => {
  const path = file('full', 'x'.repeat(100));
  expect(await readTextFile(path, { maxBytes: 100 })).toHaveLength(100);
});

test('a file is replaced whole, with its mode, and leaves nothing beside it', async () => {
  const path = file('card', 'old');
  await writeFileAtomic(path, 'new', 0o600);
  expect(readFileSync(path, 'utf8')).toBe('new');
  expect(statSync(path).mode & 0o777).toBe(0o600);
  await expect(writeFileAtomic(join(path, 'below'), 'x')).rejects.toThrow();
  expect(readdirSync(folder).filter((name) => name.endsWith('.tmp'))).toEqual([]);
});

test('[attack 119] text from outside cannot move, colour, hide or reorder', async () => {
  expect(visibleText('\u001b[2Jx\u202ey\u200b\n')).toBe('<U+001B>[2Jx<U+202E>y<U+200B><U+000A>');
  expect(visibleText('e\u0301 张三')).toBe('é 张三');
  await fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (text) => {
      const shown = visibleText(text);
      expect(Array.from(shown).length).toBeLessThanOrEqual(200);
      expect(shown).not.toMatch(/[\p{C}\p{Zl}\p{Zp}]/u);
    }),
  );
});

test('SYMBOLON_HOME is the folder itself; a relative XDG folder is ignored', () => {
  expect(dataFolder('wallet', { SYMBOLON_HOME: '/a' })).toBe('/a');
  expect(dataFolder('wallet', { XDG_DATA_HOME: '/b' })).toBe('/b/symbolon/wallet');
  expect(dataFolder('wallet', { XDG_DATA_HOME: 'b' })).toMatch(
    /\/\.local\/share\/symbolon\/wallet$/,
  );
});
