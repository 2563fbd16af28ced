import { decodeBase64Url, encodeBase64Url } from '@symbolon/credentials/jose';
import { describe, expect, test } from 'vitest';

const refused = expect.objectContaining({ name: 'CredentialError', code: 'malformed' });

test.each([
  ['', ''],
  ['f', 'Zg'],
  ['fo', 'Zm8'],
  ['foo', 'Zm9v'],
  ['foobar', 'Zm9vYmFy'],
  ['\u00ff\u00fe', 'w7_Dvg'],
])('RFC 4648 section 10: %j is %j', (text, encoded) => {
  const bytes = new TextEncoder().encode(text);
  expect(encodeBase64Url(bytes)).toBe(encoded);
  expect(decodeBase64Url(encoded)).toEqual(bytes);
});

describe('[attack 11] text that is not canonical base64url is refused', () => {
  test.each([
    ['padding', 'Zg=='],
    ['one character left over', 'Zm9vY'],
    ['one character', 'Z'],
    ['stray bits after one byte', 'Zh'],
    ['stray bits after two bytes', 'Zm9'],
    ['a space inside', 'Zm 9v'],
    ['a line break at the end', 'Zm9v\n'],
    ['a line break inside', 'Zm\n9v'],
    ['the other alphabet, +', '-_+_'],
    ['the other alphabet, /', '-_/_'],
    ['a dot', 'Zm9v.'],
    ['a letter beyond ASCII', 'Zm9é'],
    ['a NUL', 'Zm9\0'],
  ])('%s', (_fault, text) => {
    expect(() => decodeBase64Url(text)).toThrow(refused);
  });
});
