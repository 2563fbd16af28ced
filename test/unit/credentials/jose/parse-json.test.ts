import { parseJson } from '@symbolon/credentials/jose';
import { describe, expect, test } from 'vitest';

const LIMITS = { maxDepth: 8, maxBytes: 1_000_000 };
const refused = expect.objectContaining({ name: 'CredentialError', code: 'malformed' });

describe('JSON of a stranger that is in order gives what JSON.parse gives', () => {
  test.each([
    '{}',
    '[]',
    '["a","b",true]',
    '["a",[],null]',
    'null',
    '"text"',
    '-1.5e3',
    '{"a":1,"b":{"a":1},"c":[{"a":1},{"a":2}]}',
    ' { "a" : [ 1 , 2 ] , "b" : "x" } ',
    '{"12":true,"2":false}',
    '{"2":false,"12":true}',
    '{"a":"\\"","b":"\\\\","c":"\\u00e9"}',
    '{"a":"\\ud83d\\ude00"}',
    '{"a":"__proto__"}',
    '{"a":"{[{[{[{[{[{["}',
    '{"a\\"b":1,"a":2}',
    '["a:","a:",":"]',
    '{"n":1.0,"m":0.1e-2,"t":true}',
    '{"n":12345678901234567890}',
    '{"name":"王小明","b":"Möbius"}',
  ])('%s', (text) => {
    expect(parseJson(text, LIMITS)).toEqual(JSON.parse(text));
  });
});

describe('[attack 13] JSON of a stranger is refused', () => {
  test.each([
    ['nothing', ''],
    ['cut short', '{"a":1'],
    ['two values', '{}{}'],
    ['a comment', '{/* */}'],
    ['a byte order mark', '\ufeff{}'],
    ['NaN', '{"a":NaN}'],
    ['a member twice', '{"a":1,"a":1}'],
    ['a member twice, with white space', '{ "a" : 1, "b": 2, "a" : 1 }'],
    ['a member twice, after much white space', `{"a":1,"a"${' '.repeat(100)}:1}`],
    ['a member twice, once escaped', '{"a":1,"\\u0061":2}'],
    ['a member twice, deep inside', '[{"b":{"a":1,"c":{},"a":2}}]'],
    ['a member twice, of numbers', '{"1":1,"1":2}'],
    ['a member twice, with an escape in between', '{"a":"\\"","a":2}'],
    ['__proto__', '{"__proto__":{"isAdmin":true}}'],
    ['__proto__ deep inside', '{"a":[{"__proto__":null}]}'],
    ['__proto__ escaped', '{"\\u005f_proto__":1}'],
    ['a number beyond a double', '{"exp":1e400}'],
    ['a number far below a double', '[-1e999]'],
    ['half a surrogate pair, escaped', '{"a":"\\ud800"}'],
    ['the other half, escaped', '["\\udc00"]'],
    ['halves in the wrong order', '["\\udc00\\ud800"]'],
    ['half a surrogate pair, raw', '{"a":"\ud800"}'],
    ['half a surrogate pair, raw, in a list', '["\ud800"]'],
    ['half a surrogate pair as a name', '{"\\ud800":1}'],
  ])('%s', (_fault, text) => {
    expect(() => parseJson(text, LIMITS)).toThrow(refused);
  });

  test('nesting: as deep as allowed passes, one deeper does not', () => {
    const nested = (depth: number, open = '[', close = ']') =>
      open.repeat(depth) + close.repeat(depth);
    expect(parseJson(nested(8), LIMITS)).toEqual(JSON.parse(nested(8)));
    expect(() => parseJson(nested(9), LIMITS)).toThrow(refused);
    expect(() => parseJson(nested(8, '{"a":[', ']}'), LIMITS)).toThrow(refused);
    expect(parseJson(`[${'[],'.repeat(99)}[]]`, { ...LIMITS, maxDepth: 2 })).toHaveLength(100);
  });

  test.each([100_000, 400_000])('%d levels are refused, without a stack overflow', (depth) => {
    const start = performance.now();
    expect(() => parseJson('['.repeat(depth) + ']'.repeat(depth), LIMITS)).toThrow(refused);
    expect(() => parseJson('{"a":'.repeat(depth), { ...LIMITS, maxBytes: 1e7 })).toThrow(refused);
    expect(performance.now() - start).toBeLessThan(1_000);
  });

  test('size: it is that of the UTF-8 form', () => {
    expect(parseJson('"éé"', { maxDepth: 1, maxBytes: 6 })).toBe('éé');
    expect(() => parseJson('"éé"', { maxDepth: 1, maxBytes: 5 })).toThrow(refused);
    expect(() => parseJson('"aaaa"', { maxDepth: 1, maxBytes: 5 })).toThrow(refused);
    const megabytes = `"${'a'.repeat(5_000_000)}"`;
    expect(() => parseJson(megabytes, LIMITS)).toThrow(refused);
  });
});

test.each(['{"secret":1,"secret":2}', '{"secret', '{"secret":1e999}'])(
  'no message repeats the input: %s',
  (text) => {
    expect.assertions(2);
    try {
      parseJson(text, LIMITS);
    } catch (error) {
      expect(error).toMatchObject({ message: expect.not.stringContaining('secret') });
      expect(error).not.toHaveProperty('cause');
    }
  },
);

test('[attack 111] the time for text that takes the longer way grows with its length only', () => {
  const hostile = [
    `["${'\\\\'.repeat(50_000)}"]`,
    `["${'\\"'.repeat(50_000)}"]`,
    `[${'"a" ,'.repeat(20_000)}"\\n"]`,
    `{"a":1,"b"${' '.repeat(100_000)}:1}`,
    `[${'1e'.repeat(50_000)}]`,
    `["\\n",${'1'.repeat(100_000)}]`,
  ];
  for (const text of hostile) {
    const start = performance.now();
    try {
      parseJson(text, LIMITS);
    } catch (error) {
      expect(error).toMatchObject({ code: 'malformed' });
    }
    expect(performance.now() - start).toBeLessThan(1_000);
  }
});
