import { parseDcqlQuery } from '@symbolon/schemas/openid4vp';
import { describe, expect, test } from 'vitest';

const times = <Value>(count: number, make: (at: number) => Value): Value[] =>
  Array.from({ length: count }, (_, at) => make(at));
const card = { id: 'card', format: 'dc+sd-jwt', meta: { vct_values: ['urn:card:1'] } };
const one = (changes: object) => ({ credentials: [{ ...card, ...changes }] });
const set = (options: readonly string[][], count = 1) => ({
  credentials: times(32, (at) => ({ ...card, id: `c${at}` })),
  credential_sets: times(count, () => ({ options })),
});

/** A query of each size, from one up: the largest is taken, the next one is not. */
const limits: readonly (readonly [string, number, (size: number) => object])[] = [
  ['credentials', 32, (n) => ({ credentials: times(n, (at) => ({ ...card, id: `c${at}` })) })],
  ['characters of an id', 64, (n) => one({ id: 'i'.repeat(n) })],
  ['characters of a format', 64, (n) => one({ format: 'f'.repeat(n), meta: {} })],
  ['characters of a type', 500, (n) => one({ meta: { vct_values: ['t'.repeat(n)] } })],
  ['types', 16, (n) => one({ meta: { vct_values: times(n, String) } })],
  [
    'W3C types of an alternative',
    16,
    (n) => one({ format: 'vc+sd-jwt', meta: { type_values: [times(n, String)] } }),
  ],
  [
    'alternatives of W3C types',
    16,
    (n) => one({ format: 'vc+sd-jwt', meta: { type_values: times(n, (at) => [String(at)]) } }),
  ],
  ['claims', 64, (n) => one({ claims: times(n, (at) => ({ path: [`p${at}`] })) })],
  ['steps of a path', 16, (n) => one({ claims: [{ path: times(n, String) }] })],
  ['characters of a step', 200, (n) => one({ claims: [{ path: ['s'.repeat(n)] }] })],
  ['values', 64, (n) => one({ claims: [{ path: ['a'], values: times(n, String) }] })],
  [
    'characters of a value',
    1000,
    (n) => one({ claims: [{ path: ['a'], values: ['v'.repeat(n)] }] }),
  ],
  [
    'claim sets',
    32,
    (n) => one({ claims: [{ id: 'a', path: ['a'] }], claim_sets: times(n, () => ['a']) }),
  ],
  ['credential sets', 16, (n) => set([['c0']], n)],
  ['options of a set', 32, (n) => set(times(n, () => ['c0']))],
  [
    'trusted authorities',
    16,
    (n) => one({ trusted_authorities: times(n, () => ({ type: 'aki', values: ['x'] })) }),
  ],
  [
    'values of an authority',
    64,
    (n) => one({ trusted_authorities: [{ type: 'aki', values: times(n, String) }] }),
  ],
];

describe('threat 21: a query has limits before anything is done with it', () => {
  for (const [what, largest, make] of limits) {
    test(`${largest} ${what}, and no more`, () => {
      expect(parseDcqlQuery(make(1))).toEqual(make(1));
      expect(parseDcqlQuery(make(largest))).toEqual(make(largest));
      expect(() => parseDcqlQuery(make(largest + 1))).toThrow(
        expect.objectContaining({ name: 'ParseError', code: 'malformed' }),
      );
    });
  }

  test('an index is at most 65535', () => {
    const claims = (index: number) => one({ claims: [{ path: ['a', index] }] });
    expect(parseDcqlQuery(claims(65_535))).toEqual(claims(65_535));
    expect(() => parseDcqlQuery(claims(65_536))).toThrow();
  });

  test('no text in it is empty', () => {
    for (const query of [
      one({ meta: { vct_values: [''] } }),
      one({ claims: [{ path: [''] }] }),
      one({ trusted_authorities: [{ type: '', values: ['x'] }] }),
      one({ trusted_authorities: [{ type: 'aki', values: [''] }] }),
      one({ trusted_authorities: [{ type: 'aki', values: [] }] }),
    ]) {
      expect(() => parseDcqlQuery(query)).toThrow();
    }
  });
});
