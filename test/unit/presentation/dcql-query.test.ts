import { type DcqlQuery, parseDcqlQuery } from '@symbolon/schemas/openid4vp';
import { describe, expect, test } from 'vitest';

const card = {
  id: 'card',
  format: 'dc+sd-jwt',
  meta: { vct_values: ['urn:symbolon:identity-card:1'] },
  claims: [
    { id: 'a', path: ['family_name'] },
    { id: 'b', path: ['age_equal_or_over', '18'] },
  ],
};
const one = (changes: object) => ({ credentials: [{ ...card, ...changes }] });

describe('OpenID4VP 6: a query is taken', () => {
  for (const [why, query] of [
    ['with claims', one({})],
    ['without claims', { credentials: [{ id: 'x', format: 'dc+sd-jwt', meta: card.meta }] }],
    ['with a null step', one({ claims: [{ path: ['nationalities', null] }] })],
    ['with an index', one({ claims: [{ path: ['nationalities', 0] }] })],
    ['with values', one({ claims: [{ path: ['a'], values: ['x', 1, true] }] })],
    ['with claim sets', one({ claim_sets: [['b'], ['a', 'b']] })],
    ['for a form that we do not hold', one({ format: 'mso_mdoc', meta: { doctype_value: 'x' } })],
    ['for a form that we do not know', one({ format: 'other', meta: {} })],
    ['with the W3C types', one({ format: 'vc+sd-jwt', meta: { type_values: [['A', 'B']] } })],
    ['with trusted authorities', one({ trusted_authorities: [{ type: 'aki', values: ['x'] }] })],
    [
      'with sets',
      {
        credentials: [card, { ...card, id: 'other' }],
        credential_sets: [{ options: [['card'], ['other']], required: false }],
      },
    ],
  ] satisfies readonly (readonly [string, DcqlQuery])[]) {
    test(why, () => {
      expect(parseDcqlQuery(query)).toEqual(query);
    });
  }

  test('section 6: unknown members are ignored, wherever they are', () => {
    const parsed = parseDcqlQuery({
      ...one({ future: 1, claims: [{ path: ['a'], future: 1 }] }),
      future: true,
    });
    expect(parsed).toEqual(one({ claims: [{ path: ['a'] }] }));
  });
});

describe('OpenID4VP 6: a query is refused', () => {
  for (const [why, query] of [
    ['that is no object', 'credentials'],
    ['that is null', null],
    ['without credentials', {}],
    ['with no credentials', { credentials: [] }],
    [
      'with 33 credentials',
      { credentials: Array.from({ length: 33 }, (_, at) => ({ ...card, id: `c${at}` })) },
    ],
    ['6.1: without an id', one({ id: undefined })],
    ['6.1: with an empty id', one({ id: '' })],
    ['6.1: with an id of other characters', one({ id: 'a.b' })],
    ['6.1: with an id that looks like one', one({ id: 'ｃard' })],
    ['6.1: with an id twice', { credentials: [card, card] }],
    ['6.1: without a format', one({ format: undefined })],
    ['6.1: without meta', one({ meta: undefined })],
    ['B.3.5: for SD-JWT without vct_values', one({ meta: {} })],
    ['B.3.5: with empty vct_values', one({ meta: { vct_values: [] } })],
    ['B.3.5: with a vct that is a number', one({ meta: { vct_values: [1] } })],
    ['B.1.1: for a W3C form without type_values', one({ format: 'vc+sd-jwt' })],
    [
      'B.1.1: with an empty set of types',
      one({ format: 'vc+sd-jwt', meta: { type_values: [[]] } }),
    ],
    [
      'B.1.1: with types that are no lists',
      one({ format: 'vc+sd-jwt', meta: { type_values: ['A'] } }),
    ],
    ['6.1: with multiple as text', one({ multiple: 'true' })],
    ['6.1: with holder binding as a number', one({ require_cryptographic_holder_binding: 0 })],
    ['6.1: with empty claims', one({ claims: [] })],
    ['6.1: with empty claim sets', one({ claim_sets: [] })],
    ['6.1: with an empty claim set', one({ claim_sets: [[]] })],
    ['6.1.1: with empty trusted authorities', one({ trusted_authorities: [] })],
    ['6.1.1: with an authority without values', one({ trusted_authorities: [{ type: 'aki' }] })],
    ['6.3: with a claim without a path', one({ claims: [{ id: 'a' }] })],
    ['7: with an empty path', one({ claims: [{ path: [] }] })],
    ['7: with a negative index', one({ claims: [{ path: ['a', -1] }] })],
    ['7: with an index that is a fraction', one({ claims: [{ path: ['a', 0.5] }] })],
    ['7: with a boolean step', one({ claims: [{ path: [true] }] })],
    ['7: with a list as a step', one({ claims: [{ path: [['a']] }] })],
    [
      '7: with a path of 17 steps',
      one({ claims: [{ path: Array.from({ length: 17 }, () => 'a') }] }),
    ],
    [
      '6.3: with a claim id twice',
      one({
        claims: [
          { id: 'a', path: ['x'] },
          { id: 'a', path: ['y'] },
        ],
      }),
    ],
    ['6.1: that points to a claim twice', one({ claims: [{ path: ['x'] }, { path: ['x'] }] })],
    ['6.3: with empty values', one({ claims: [{ path: ['a'], values: [] }] })],
    ['6.3: with null as a value', one({ claims: [{ path: ['a'], values: [null] }] })],
    ['6.3: with a fraction as a value', one({ claims: [{ path: ['a'], values: [1.5] }] })],
    ['6.4.1: with claim sets and no claims', one({ claims: undefined, claim_sets: [['a']] })],
    [
      '6.3: with claim sets and a claim without an id',
      one({ claims: [{ id: 'a', path: ['x'] }, { path: ['y'] }], claim_sets: [['a']] }),
    ],
    ['6.1: with a claim set that names no claim', one({ claim_sets: [['a', 'z']] })],
    ['6.1: with a claim set that names a claim twice', one({ claim_sets: [['a', 'a']] })],
    ['6.2: with empty credential sets', { credentials: [card], credential_sets: [] }],
    ['6.2: with a set without options', { credentials: [card], credential_sets: [{}] }],
    ['6.2: with an empty option', { credentials: [card], credential_sets: [{ options: [[]] }] }],
    [
      '6.2: with an option that names no credential',
      { credentials: [card], credential_sets: [{ options: [['other']] }] },
    ],
    [
      '6.2: with required as text',
      { credentials: [card], credential_sets: [{ options: [['card']], required: 'no' }] },
    ],
  ] as const) {
    test(why, () => {
      expect(() => parseDcqlQuery(query)).toThrow(
        expect.objectContaining({ name: 'ParseError', code: 'malformed' }),
      );
    });
  }

  test('[attack 13] with __proto__ as members of every kind, no object is changed', () => {
    const text = JSON.stringify(one({})).replaceAll('"a"', '"__proto__"');
    const hostile: unknown = JSON.parse(text.replace('"meta"', '"__proto__":{"x":1},"meta"'));
    parseDcqlQuery(hostile);
    expect(Object.hasOwn(Object.prototype, 'x')).toBe(false);
    expect(() => parseDcqlQuery(JSON.parse('{"__proto__":{"credentials":[]}}'))).toThrow();
  });

  test('[attack 111] whatever its size, in linear time', () => {
    const started = performance.now();
    for (const query of [
      one({ id: 'a'.repeat(100_000) }),
      one({ format: '+'.repeat(100_000) }),
      one({ claims: Array.from({ length: 100_000 }, (_, at) => ({ path: [`c${at}`] })) }),
      {
        credentials: [card],
        credential_sets: Array.from({ length: 100_000 }, () => ({ options: [['card']] })),
      },
    ]) {
      expect(() => parseDcqlQuery(query)).toThrow();
    }
    expect(performance.now() - started).toBeLessThan(2000);
  });
});
