import {
  checkQuerySatisfied,
  createPolicyQuery,
  type HeldCredential,
  selectClaims,
  selectCredentials,
} from '@symbolon/presentation';
import { IDENTITY_CARD, type JsonObject, POLICIES } from '@symbolon/schemas';
import { parseDcqlQuery } from '@symbolon/schemas/openid4vp';
import { DcqlQuery as LibraryQuery } from 'dcql';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';

const VCT = IDENTITY_CARD.vct;
const person: JsonObject = {
  vct: VCT,
  family_name: 'Zhang',
  age_equal_or_over: { '18': true, '65': false },
  nationalities: ['CN', 'FR'],
  addresses: [{ locality: 'Hangzhou', lines: ['a', 'b'] }, { country: 'CN' }],
  sex: 1,
  nothing: null,
};
const card: HeldCredential = { format: 'dc+sd-jwt', claims: person };
const w3c: HeldCredential = {
  format: 'vc+sd-jwt',
  claims: { type: [...IDENTITY_CARD.w3cTypes], credentialSubject: person },
};
const jwtVc: HeldCredential = { format: 'jwt_vc_json', claims: person };

const asking = (...claims: object[]) => ({
  id: 'card',
  format: 'dc+sd-jwt',
  meta: { vct_values: [VCT] },
  ...(claims.length === 0 ? {} : { claims }),
});
const query = (credentials: object[], sets?: object[]) =>
  parseDcqlQuery({ credentials, ...(sets === undefined ? {} : { credential_sets: sets }) });
const pathsOf = (selected: ReturnType<typeof selectCredentials>) =>
  selected.map(({ queryId, claims }) => [queryId, claims.map(({ path }) => path.join('.'))]);
const noMatch = expect.objectContaining({ code: 'no_matching_credential' });
const unsatisfied = expect.objectContaining({ code: 'request_unsatisfied' });

describe('OpenID4VP 7.1.1: a claims path pointer selects', () => {
  for (const [path, expected] of [
    [['family_name'], [['family_name']]],
    [['age_equal_or_over', '18'], [['age_equal_or_over', '18']]],
    [['age_equal_or_over'], [['age_equal_or_over']]],
    [['nationalities', 1], [['nationalities', 1]]],
    [
      ['nationalities', null],
      [
        ['nationalities', 0],
        ['nationalities', 1],
      ],
    ],
    [['addresses', null, 'locality'], [['addresses', 0, 'locality']]],
    [
      ['addresses', 0, 'lines', null],
      [
        ['addresses', 0, 'lines', 0],
        ['addresses', 0, 'lines', 1],
      ],
    ],
    [['nothing'], [['nothing']]],
    [['missing'], []],
    [['nationalities', 2], []],
    [['addresses', null, 'missing'], []],
    [['family_name', 'x'], []],
    [['family_name', 0], []],
    [['family_name', null], []],
    [['age_equal_or_over', null], []],
    [['nationalities', 'x'], []],
    [['nationalities', '0'], []],
    [
      ['addresses', null, 'lines', null],
      [
        ['addresses', 0, 'lines', 0],
        ['addresses', 0, 'lines', 1],
      ],
    ],
    [['nothing', 'x'], []],
    [['__proto__'], []],
    [['constructor'], []],
    [['toString', 'name'], []],
    [['nationalities', 'length'], []],
  ] as const) {
    test(`${JSON.stringify(path)}: ${expected.length} claims`, () => {
      expect(selectClaims(person, path).map((claim) => claim.path)).toEqual(expected);
    });
  }
});

describe('a wallet selects', () => {
  test('only what is asked for, each claim once', () => {
    const asked = query([
      asking({ path: ['nationalities', 0] }, { path: ['nationalities', null] }, { path: ['sex'] }),
    ]);
    expect(pathsOf(selectCredentials(asked, [card]))).toEqual([
      ['card', ['nationalities.0', 'nationalities.1', 'sex']],
    ]);
  });

  test('[attack 89] nothing, when no claims are named', () => {
    expect(pathsOf(selectCredentials(query([asking()]), [card]))).toEqual([['card', []]]);
  });

  test('[attack 89] the first claim set that it can meet, and not the union', () => {
    const claims = [
      { id: 'a', path: ['missing'] },
      { id: 'b', path: ['family_name'] },
      { id: 'c', path: ['sex'] },
    ];
    for (const [sets, expected] of [
      [[['b'], ['c']], ['family_name']],
      [[['a', 'b'], ['c']], ['sex']],
      [
        [['a'], ['c', 'b']],
        ['sex', 'family_name'],
      ],
    ] as const) {
      const asked = query([{ ...asking(...claims), claim_sets: sets }]);
      expect(pathsOf(selectCredentials(asked, [card]))).toEqual([['card', expected]]);
    }
    const asked = query([{ ...asking(...claims), claim_sets: [['a'], ['a', 'b']] }]);
    expect(() => selectCredentials(asked, [card])).toThrow(noMatch);
  });

  test('a claim only when it has one of the asked values, of the same JSON type', () => {
    for (const [path, values, matches] of [
      [['family_name'], ['Wang', 'Zhang'], true],
      [['family_name'], ['zhang'], false],
      [['sex'], [1], true],
      [['sex'], ['1'], false],
      [['sex'], [true], false],
      [['age_equal_or_over', '18'], [true], true],
      [['age_equal_or_over', '65'], [true], false],
      [['age_equal_or_over', '18'], ['true', 1], false],
      [['nothing'], ['null', 0, false], false],
      [['nationalities'], ['CN'], false],
    ] as const) {
      const asked = query([asking({ path, values })]);
      if (matches) expect(selectCredentials(asked, [card])).toHaveLength(1);
      else expect(() => selectCredentials(asked, [card])).toThrow(noMatch);
    }
  });

  test('of several cards the first in the given order that matches', () => {
    const named = (name: string) => ({ ...card, name });
    const [selected] = selectCredentials(query([asking({ path: ['sex'] })]), [
      { ...w3c, name: 'other format' },
      { ...named('lacks it'), claims: { vct: VCT } },
      named('first'),
      named('second'),
    ]);
    expect(selected?.credential.name).toBe('first');
  });

  test('all or nothing', () => {
    const both = query([asking({ path: ['sex'] }), { ...asking({ path: ['missing'] }), id: 'b' }]);
    expect(() => selectCredentials(both, [card])).toThrow(noMatch);
    expect(() => selectCredentials(query([asking({ path: ['sex'] })]), [])).toThrow(noMatch);
  });

  test('the first option of a set that it can meet, for each set, and no set that is optional', () => {
    const credentials = [
      { ...asking({ path: ['missing'] }), id: 'a' },
      { ...asking({ path: ['sex'] }), id: 'b' },
      { ...asking({ path: ['family_name'] }), id: 'c' },
    ];
    for (const [sets, ids] of [
      [[{ options: [['a'], ['b'], ['c']] }], ['b']],
      [[{ options: [['a', 'b'], ['c']] }], ['c']],
      [[{ options: [['b', 'c']] }], ['b', 'c']],
      [
        [{ options: [['b']] }, { options: [['c'], ['b']] }],
        ['b', 'c'],
      ],
      [[{ options: [['b']] }, { options: [['c']], required: false }], ['b']],
      [[{ options: [['a']], required: false }], []],
    ] as const) {
      const selected = selectCredentials(query(credentials, [...sets]), [card]);
      expect(selected.map(({ queryId }) => queryId)).toEqual(ids);
    }
    const needed = query(credentials, [{ options: [['a'], ['a', 'b']] }]);
    expect(() => selectCredentials(needed, [card])).toThrow(noMatch);
  });

  for (const [why, change] of [
    ['another type', { meta: { vct_values: ['urn:other'] } }],
    ['a prefix of the type', { meta: { vct_values: ['urn:symbolon:identity-card'] } }],
    ['another form', { format: 'vc+sd-jwt', meta: { type_values: [['VerifiableCredential']] } }],
    ['a form that we do not hold', { format: 'mso_mdoc', meta: { doctype_value: 'x' } }],
    [
      'a form that would be shown whole',
      { format: 'jwt_vc_json', meta: { type_values: [['VerifiableCredential']] } },
    ],
    [
      'an issuer by its authority, which we cannot tell',
      { trusted_authorities: [{ type: 'aki', values: ['AAAA'] }] },
    ],
  ] as const) {
    test(`nothing for ${why}`, () => {
      const asked = query([{ ...asking({ path: ['sex'] }), ...change }]);
      expect(() => selectCredentials(asked, [card, jwtVc])).toThrow(noMatch);
    });
  }

  test('B.1.1: a W3C card when all the types of one alternative are in it', () => {
    const types = (...type_values: string[][]) =>
      query([{ id: 'card', format: 'vc+sd-jwt', meta: { type_values } }]);
    const iri = 'https://www.w3.org/2018/credentials#VerifiableCredential';
    for (const asked of [
      types(['SymbolonIdentityCard']),
      types(['VerifiableCredential', 'SymbolonIdentityCard']),
      types([iri, 'SymbolonIdentityCard']),
      types(['Other'], ['SymbolonIdentityCard']),
    ]) {
      expect(selectCredentials(asked, [w3c])).toHaveLength(1);
    }
    for (const asked of [types(['Other']), types(['SymbolonIdentityCard', 'Other'])]) {
      expect(() => selectCredentials(asked, [w3c])).toThrow(noMatch);
    }
    const oddly = { ...w3c, claims: { ...w3c.claims, type: 'SymbolonIdentityCard' } };
    expect(selectCredentials(types(['SymbolonIdentityCard']), [oddly])).toHaveLength(1);
    for (const type of [undefined, 1, {}, [{}], null]) {
      const claims = type === undefined ? {} : { type };
      expect(() =>
        selectCredentials(types(['SymbolonIdentityCard']), [{ format: 'vc+sd-jwt', claims }]),
      ).toThrow(noMatch);
    }
  });
});

describe('a policy query', () => {
  const all: JsonObject = {
    vct: VCT,
    family_name: 'Zhang',
    given_name: 'San',
    birthdate: '1990-05-17',
    age_equal_or_over: { '18': true, '21': true },
    portrait_thumb: 'data:image/avif;base64,AAAA',
    resident_address: 'x',
  };
  const forms: HeldCredential[] = [
    { format: 'dc+sd-jwt', claims: all },
    { format: 'vc+sd-jwt', claims: { type: [...IDENTITY_CARD.w3cTypes], credentialSubject: all } },
  ];
  for (const policy of POLICIES) {
    test(`${policy.name}: any one SD-JWT form answers it, with the policy's claims only`, () => {
      const asked = createPolicyQuery(policy, ['dc+sd-jwt', 'vc+sd-jwt']);
      expect(parseDcqlQuery(JSON.parse(JSON.stringify(asked)))).toEqual(asked);
      for (const form of forms) {
        const [selected, ...others] = selectCredentials(asked, [form]);
        expect(others).toEqual([]);
        expect(selected?.claims).toHaveLength(policy.asks.length);
      }
      const [preferred] = selectCredentials(asked, [...forms].reverse());
      expect(preferred?.credential.format).toBe('dc+sd-jwt');
    });

    test(`${policy.name}: one form alone needs no set`, () => {
      expect(createPolicyQuery(policy, ['vc+sd-jwt']).credential_sets).toBeUndefined();
    });
  }
});

describe('[attack 79] OpenID4VP 8.6: a verifier looks for itself', () => {
  const asked = query(
    [
      asking({ path: ['family_name'] }, { path: ['age_equal_or_over', '18'], values: [true] }),
      { ...asking({ path: ['sex'] }), id: 'second' },
      { id: 'w3c', format: 'vc+sd-jwt', meta: { type_values: [['SymbolonIdentityCard']] } },
    ],
    [{ options: [['card'], ['w3c']] }, { options: [['second']], required: false }],
  );
  const shown = (queryId: string, changes: JsonObject = {}) => ({
    ...card,
    queryId,
    claims: { ...person, ...changes },
  });

  test('what was asked for comes out, what was shown beyond it does not', () => {
    expect(checkQuerySatisfied(asked, [shown('card')])).toEqual([
      {
        queryId: 'card',
        claims: [
          { path: ['family_name'], value: 'Zhang' },
          { path: ['age_equal_or_over', '18'], value: true },
        ],
      },
    ]);
    expect(checkQuerySatisfied(asked, [shown('card'), shown('second')])).toHaveLength(2);
    expect(checkQuerySatisfied(asked, [{ ...w3c, queryId: 'w3c' }])).toHaveLength(1);
  });

  for (const [why, presented] of [
    ['nothing', []],
    ['only what is optional', [shown('second')]],
    ['an id that was not asked for', [shown('other')]],
    ['an id of the prototype', [shown('__proto__')]],
    ['both options of one set', [shown('card'), { ...w3c, queryId: 'w3c' }]],
    ['one credential twice', [shown('card'), shown('card')]],
    ['another type', [shown('card', { vct: 'urn:other' })]],
    ['a type that is no text', [shown('card', { vct: [VCT] })]],
    ['another form', [{ ...w3c, queryId: 'card' }]],
    ['a claim that is not disclosed', [{ ...card, queryId: 'card', claims: { vct: VCT } }]],
    ['another value than asked for', [shown('card', { age_equal_or_over: { '18': false } })]],
    ['a value of another type', [shown('card', { age_equal_or_over: { '18': 'true' } })]],
    ['a claim below something else', [shown('card', { age_equal_or_over: ['18'] })]],
    ['a form that is shown whole', [{ ...jwtVc, queryId: 'card' }]],
  ] as const) {
    test(`refuses ${why}`, () => {
      expect(() => checkQuerySatisfied(asked, presented)).toThrow(unsatisfied);
    });
  }

  test('refuses a claim set that is met in part', () => {
    const sets = query([
      {
        ...asking({ id: 'a', path: ['family_name'] }, { id: 'b', path: ['missing'] }),
        claim_sets: [['a', 'b']],
      },
    ]);
    expect(() => checkQuerySatisfied(sets, [shown('card')])).toThrow(unsatisfied);
  });
});

describe('a second opinion: the dcql library', () => {
  const steps = ['a', 'b', 'list'] as const;
  const leaf = fc.constantFrom<string | number | boolean>('x', 'y', 1, 2, true, false);
  const claims = fc.record(
    {
      a: leaf,
      b: fc.oneof(
        leaf,
        fc.record({ a: leaf, b: leaf }, { requiredKeys: [], noNullPrototype: true }),
      ),
      list: fc.array(
        fc.oneof(leaf, fc.record({ a: leaf }, { requiredKeys: [], noNullPrototype: true })),
        {
          minLength: 1,
          maxLength: 3,
        },
      ),
    },
    { requiredKeys: [], noNullPrototype: true },
  );
  const path = fc.oneof(
    fc.constantFrom(...steps).map((step) => [step]),
    fc.constantFrom('a', 'b').map((step) => ['b', step]),
    fc.constantFrom(0, 1, null).map((step) => ['list', step]),
    fc.constantFrom(0, 1).map((step) => ['list', step, 'a']),
  );
  const values = fc.uniqueArray(fc.constantFrom('x', 'y', 1, 2, true), {
    minLength: 1,
    maxLength: 3,
  });
  const claimsQuery = (id: string) =>
    fc.record({ id: fc.constant(id), path, values: fc.option(values, { nil: undefined }) });
  const credentialQuery = (id: string) =>
    fc
      .record({
        vct: fc.constantFrom('urn:1', 'urn:2'),
        claims: fc.tuple(claimsQuery('p'), claimsQuery('q')),
        sets: fc.option(
          fc.constantFrom<string[][][]>([['p']], [['p', 'q'], ['q']], [['q'], ['p']], [['p', 'q']]),
          { nil: undefined },
        ),
      })
      .filter(({ claims: [p, q] }) => JSON.stringify(p.path) !== JSON.stringify(q.path))
      .map(({ vct, claims: asked, sets }) => ({
        id,
        format: 'dc+sd-jwt' as const,
        meta: { vct_values: [vct] },
        claims: asked.map(({ values: wanted, ...each }) =>
          // With null several values meet one condition, which the specification leaves open.
          wanted === undefined || each.path.some((step) => step === null)
            ? each
            : { ...each, values: wanted },
        ),
        ...(sets === undefined ? {} : { claim_sets: sets }),
      }));
  const sets = fc.option(
    fc.constantFrom<{ options: string[][]; required?: boolean }[][]>(
      [{ options: [['one'], ['two']] }],
      [{ options: [['two'], ['one']] }],
      [{ options: [['one', 'two'], ['two']] }],
      [{ options: [['one']] }, { options: [['two']], required: false }],
    ),
    { nil: undefined },
  );
  const held = fc.array(fc.record({ vct: fc.constantFrom('urn:1', 'urn:2'), claims }), {
    maxLength: 4,
  });

  test('agrees whether and with which credential a query is answered', async () => {
    let answered = 0;
    await fc.assert(
      fc.property(
        fc.tuple(credentialQuery('one'), credentialQuery('two')),
        sets,
        held,
        (credentials, credentialSets, cards) => {
          const document = {
            credentials,
            ...(credentialSets === undefined ? {} : { credential_sets: credentialSets }),
          };
          const parsed = LibraryQuery.parse(structuredClone(document));
          LibraryQuery.validate(parsed);
          const result = LibraryQuery.query(
            parsed,
            cards.map(({ vct, claims: own }) => ({
              credential_format: 'dc+sd-jwt' as const,
              vct,
              claims: own,
              cryptographic_holder_binding: true,
            })),
          );
          const mine: HeldCredential[] = cards.map(({ vct, claims: own }) => ({
            format: 'dc+sd-jwt',
            claims: { vct, ...own },
          }));
          let selected: ReturnType<typeof selectCredentials> | undefined;
          try {
            selected = selectCredentials(parseDcqlQuery(document), mine);
          } catch (error) {
            expect(error).toMatchObject({ code: 'no_matching_credential' });
          }
          expect(selected !== undefined).toBe(result.can_be_satisfied);
          for (const { queryId, credential } of selected ?? []) {
            answered += 1;
            const match = result.credential_matches[queryId];
            const first = match?.valid_credentials?.[0]?.input_credential_index;
            expect(mine.indexOf(credential)).toBe(first);
          }
        },
      ),
      { numRuns: 1000 },
    );
    expect(answered).toBeGreaterThan(50);
  });
});
