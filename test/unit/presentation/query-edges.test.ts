import {
  checkQuerySatisfied,
  type HeldCredential,
  overAsked,
  selectClaims,
  selectCredentials,
} from '@symbolon/presentation';
import type { ClaimPath } from '@symbolon/schemas';
import { type DcqlQuery, parseDcqlQuery } from '@symbolon/schemas/openid4vp';
import { describe, expect, test } from 'vitest';

const VCT = 'urn:card:1';
const card = { format: 'dc+sd-jwt', meta: { vct_values: [VCT] } } as const;
const held: HeldCredential = {
  format: 'dc+sd-jwt',
  claims: { vct: VCT, type: ['Card'], name: 'Zhang', ages: { '18': true }, list: ['a', 'b'] },
};

function asking(claim: { path: ClaimPath; values?: (string | number)[] }, base = {}): DcqlQuery {
  return parseDcqlQuery({ credentials: [{ id: 'card', ...card, claims: [claim], ...base }] });
}

type Row = { path: [string | number | null, ...(string | number | null)[]]; values?: number[] };
const registered = (claim: Row[], base = {}) => ({
  credentials: [{ format: 'dc+sd-jwt', meta: { vct_values: [VCT] }, claim, ...base }],
});

describe('[attack 89] threat 8: a registration covers no more than its rows say', () => {
  const found = (query: DcqlQuery, certificate: ReturnType<typeof registered>) =>
    overAsked(query, certificate).map(({ what }) => what);

  test('every element of a list is not every member of an object', () => {
    const certificate = registered([{ path: ['ages', null] }]);
    expect(found(asking({ path: ['ages', '18'] }), certificate)).toEqual(['claim']);
    expect(found(asking({ path: ['ages', 1] }), certificate)).toEqual([]);
  });

  test('of two rows for a claim, one that allows it is enough', () => {
    const certificate = registered([{ path: ['sex'], values: [1] }, { path: ['sex'] }]);
    expect(found(asking({ path: ['sex'] }), certificate)).toEqual([]);
    const values = registered([
      { path: ['sex'], values: [1] },
      { path: ['sex'], values: [2] },
    ]);
    expect(found(asking({ path: ['sex'], values: [2] }), values)).toEqual([]);
    expect(found(asking({ path: ['sex'] }), values)).toEqual(['value']);
  });

  test('a claim that one type allows by value and another not at all is named as a claim', () => {
    const meta = { vct_values: ['urn:a', 'urn:b'] };
    const certificate = {
      credentials: [
        ...registered([{ path: ['sex'], values: [1] }], { meta: { vct_values: ['urn:a'] } })
          .credentials,
        ...registered([{ path: ['name'] }], { meta: { vct_values: ['urn:b'] } }).credentials,
      ],
    };
    expect(found(asking({ path: ['sex'] }, { meta }), certificate)).toEqual(['claim']);
  });

  test('a mdoc is asked for by its document type', () => {
    const mdoc = (doctype_value: string) => ({ format: 'mso_mdoc', meta: { doctype_value } });
    const certificate = registered([{ path: ['ns', 'name'] }], mdoc('org.iso.18013.5.1.mDL'));
    const path = ['ns', 'name'];
    expect(found(asking({ path }, mdoc('org.iso.18013.5.1.mDL')), certificate)).toEqual([]);
    expect(found(asking({ path }, mdoc('org.other')), certificate)).toEqual(['type']);
  });
});

describe('a card answers a query of its own format only', () => {
  for (const format of ['vc+sd-jwt', 'mso_mdoc', 'jwt_vc_json', 'future']) {
    test(`not of ${format}, though its type fits in another member`, () => {
      const meta = { vct_values: [VCT], type_values: [['Card']], doctype_value: VCT };
      const query = asking({ path: ['name'] }, { format, meta });
      expect(() => selectCredentials(query, [held])).toThrow(
        expect.objectContaining({ code: 'no_matching_credential' }),
      );
    });
  }
});

describe('OpenID4VP 7.1.1: no step leads into a text or a number', () => {
  for (const path of [
    ['name', 'length'],
    ['name', 0],
    ['name', null],
    ['list', 'length'],
    ['ages', '18', 'valueOf'],
    ['list', 0, 0],
  ]) {
    test(JSON.stringify(path), () => {
      expect(selectClaims(held.claims, path)).toEqual([]);
    });
  }
});

describe('[attack 79] OpenID4VP 8.6: a set is met by one whole option', () => {
  const query = parseDcqlQuery({
    credentials: ['a', 'b'].map((id) => ({ id, ...card, claims: [{ path: ['name'] }] })),
    credential_sets: [{ options: [['a', 'b'], ['b']] }],
  });
  const shown = (queryId: string) => ({ ...held, queryId });

  test('also by a later one', () => {
    expect(checkQuerySatisfied(query, [shown('b')])).toHaveLength(1);
    expect(checkQuerySatisfied(query, [shown('b'), shown('a')])).toHaveLength(2);
  });

  test('never by a part', () => {
    expect(() => checkQuerySatisfied(query, [shown('a')])).toThrow(
      expect.objectContaining({ code: 'request_unsatisfied' }),
    );
  });

  test('not at all when certain authorities were asked for, which nobody checks here', () => {
    const byAuthority = parseDcqlQuery({
      credentials: [{ id: 'a', ...card, trusted_authorities: [{ type: 'aki', values: ['x'] }] }],
    });
    expect(() => checkQuerySatisfied(byAuthority, [shown('a')])).toThrow(
      expect.objectContaining({ code: 'request_unsatisfied' }),
    );
  });
});
