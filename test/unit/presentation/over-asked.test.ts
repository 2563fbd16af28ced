import {
  issueSdJwt,
  parseSdJwt,
  prepareSdJwt,
  presentSdJwt,
  processDisclosures,
} from '@symbolon/credentials';
import { randomBytes } from '@symbolon/credentials/crypto';
import { type OverAsked, overAsked, selectCredentials } from '@symbolon/presentation';
import type { ClaimPath, JsonObject, JsonValue } from '@symbolon/schemas';
import { parseDcqlQuery } from '@symbolon/schemas/openid4vp';
import { parseRegistration, type Registration } from '@symbolon/schemas/registration-certificate';
import * as fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { type Key, makeKey } from '../../support/world.ts';

const VCT = 'urn:card:1';
const sdJwtVc = { format: 'dc+sd-jwt', meta: { vct_values: [VCT] } };
const w3c = { format: 'vc+sd-jwt', meta: { type_values: [['VerifiableCredential', 'Card']] } };
const row = (...path: ClaimPath) => ({ path: [...path] });

function registered(...credentials: object[]): Registration {
  return parseRegistration({
    name: 'Hotel Xenia',
    sub_ln: 'Xenia Ltd',
    sub: 'NTRCN-91310000',
    country: 'CN',
    entitlements: ['https://uri.etsi.org/19475/Entitlement/Service_Provider'],
    privacy_policy: 'https://hotel.example/privacy',
    support_uri: 'https://hotel.example/help',
    purpose: [{ lang: 'en', value: 'Check-in' }],
    intended_use_id: 'check-in',
    credentials,
    iat: 1,
    exp: 2,
  });
}

const registration = registered(
  {
    ...sdJwtVc,
    claim: [
      row('name'),
      row('ages', '18'),
      row('nationalities', null),
      row('documents', 0),
      { path: ['sex'], values: [1, 2] },
    ],
  },
  { ...w3c, claim: [row('credentialSubject', 'name')] },
  { ...sdJwtVc, claim: [row('portrait')] },
);
const asking = (...claims: object[]) =>
  parseDcqlQuery({
    credentials: [{ id: 'card', ...sdJwtVc, ...(claims.length === 0 ? {} : { claims }) }],
  });
const found = (query: ReturnType<typeof asking>) =>
  overAsked(query, registration).map(({ what, path }: OverAsked) =>
    path === undefined ? what : `${what} ${path.map((step) => step ?? '*').join('.')}`,
  );

describe('a request within the registration', () => {
  for (const [why, query] of [
    ['one claim', asking(row('name'))],
    [
      'every claim, of two entries for one type',
      asking(row('name'), row('ages', '18'), row('portrait')),
    ],
    ['every element, as registered', asking(row('nationalities', null))],
    ['one element, where every element is registered', asking(row('nationalities', 3))],
    ['the registered element', asking(row('documents', 0))],
    ['the registered values', asking({ path: ['sex'], values: [2, 1] })],
    ['fewer values', asking({ path: ['sex'], values: [2] })],
    ['any value, where the claim is registered without', asking({ path: ['name'], values: ['x'] })],
    [
      'the other form',
      parseDcqlQuery({
        credentials: [{ id: 'card', ...w3c, claims: [row('credentialSubject', 'name')] }],
      }),
    ],
    [
      'the types in another order',
      parseDcqlQuery({
        credentials: [
          {
            id: 'card',
            format: 'vc+sd-jwt',
            meta: { type_values: [['Card', 'VerifiableCredential']] },
            claims: [row('credentialSubject', 'name')],
          },
        ],
      }),
    ],
  ] as const) {
    test(why, () => {
      expect(found(query)).toEqual([]);
    });
  }
});

describe('[attack 89] threat 8: a request beyond the registration', () => {
  const changed = (changes: object, ...claims: object[]) =>
    parseDcqlQuery({ credentials: [{ id: 'card', ...sdJwtVc, claims, ...changes }] });
  for (const [why, query, findings] of [
    ['one claim too many', asking(row('name'), row('address')), ['claim address']],
    ['another age', asking(row('ages', '21')), ['claim ages.21']],
    ['the object that a registered claim stands in', asking(row('ages')), ['claim ages']],
    ['something inside a registered claim', asking(row('name', 'full')), ['claim name.full']],
    [
      'the list whose elements are registered',
      asking(row('nationalities')),
      ['claim nationalities'],
    ],
    [
      'every element, where one is registered',
      asking(row('documents', null)),
      ['claim documents.*'],
    ],
    ['another element', asking(row('documents', 1)), ['claim documents.1']],
    ['an index where a name is registered', asking(row('ages', 18)), ['claim ages.18']],
    ['a name where an index is registered', asking(row('documents', '0')), ['claim documents.0']],
    ['every member by null', asking(row('ages', null)), ['claim ages.*']],
    ['null from the root', asking(row(null)), ['claim *']],
    ['null at every step', asking(row(null, null, null)), ['claim *.*.*']],
    ['any value, where values are registered', asking(row('sex')), ['value sex']],
    ['another value', asking({ path: ['sex'], values: [9] }), ['value sex']],
    [
      'another value beside a registered one',
      asking({ path: ['sex'], values: [1, 9] }),
      ['value sex'],
    ],
    ['a value of another type', asking({ path: ['sex'], values: ['1'] }), ['value sex']],
    ['no claims named', asking(), ['everything']],
    ['another type', changed({ meta: { vct_values: ['urn:other'] } }, row('name')), ['type']],
    [
      'another type beside the registered one',
      changed({ meta: { vct_values: [VCT, 'urn:other'] } }, row('name')),
      ['type'],
    ],
    [
      'another form with the same type',
      changed({ format: 'mso_mdoc', meta: { doctype_value: VCT } }, row('name')),
      ['type'],
    ],
    ['a form that nobody knows', changed({ format: 'other', meta: {} }, row('name')), ['type']],
    [
      'a W3C form that would take any credential',
      changed(
        { format: 'vc+sd-jwt', meta: { type_values: [['VerifiableCredential']] } },
        row('credentialSubject', 'name'),
      ),
      ['type'],
    ],
    [
      'a second alternative of types',
      changed(
        {
          format: 'vc+sd-jwt',
          meta: {
            type_values: [
              ['VerifiableCredential', 'Card'],
              ['VerifiableCredential', 'Other'],
            ],
          },
        },
        row('credentialSubject', 'name'),
      ),
      ['type'],
    ],
    [
      'a claim that is registered for the other form',
      changed({}, row('credentialSubject', 'name')),
      ['claim credentialSubject.name'],
    ],
    [
      'claim sets, of which one goes too far',
      changed(
        { claim_sets: [['a'], ['b']] },
        { id: 'a', ...row('name') },
        { id: 'b', ...row('address') },
      ),
      ['claim address'],
    ],
    [
      'a claim that is in no claim set',
      changed({ claim_sets: [['a']] }, { id: 'a', ...row('name') }, { id: 'b', ...row('address') }),
      ['claim address'],
    ],
    [
      'a claim that is only like a registered one',
      asking(row('Name'), row('name '), row('nаme')),
      ['claim Name', 'claim name ', 'claim nаme'],
    ],
    [
      'names of the prototype',
      asking(row('__proto__'), row('constructor')),
      ['claim __proto__', 'claim constructor'],
    ],
  ] as const) {
    test(why, () => {
      expect(found(query)).toEqual(findings);
    });
  }

  test('in any query of any set, also an optional one', () => {
    const query = parseDcqlQuery({
      credentials: [
        { id: 'a', ...sdJwtVc, claims: [row('name')] },
        { id: 'b', ...sdJwtVc, claims: [row('address')] },
        { id: 'c', ...sdJwtVc },
      ],
      credential_sets: [{ options: [['a']] }, { options: [['b'], ['c']], required: false }],
    });
    expect(overAsked(query, registration)).toEqual([
      { queryId: 'b', what: 'claim', path: ['address'] },
      { queryId: 'c', what: 'everything', path: undefined },
    ]);
  });

  test('a claim that only one of two asked types is registered for', () => {
    const two = registered(
      { format: 'dc+sd-jwt', meta: { vct_values: ['urn:a'] }, claim: [row('name'), row('sex')] },
      { format: 'dc+sd-jwt', meta: { vct_values: ['urn:b'] }, claim: [row('name')] },
    );
    const query = (...claims: object[]) =>
      parseDcqlQuery({
        credentials: [
          { id: 'x', format: 'dc+sd-jwt', meta: { vct_values: ['urn:a', 'urn:b'] }, claims },
        ],
      });
    expect(overAsked(query(row('name')), two)).toEqual([]);
    expect(overAsked(query(row('sex')), two)).toMatchObject([{ what: 'claim', path: ['sex'] }]);
  });
});

/** Every text in a value, with its path. Each text of the card below is there once. */
function leaves(value: JsonValue, path: (string | number)[] = []): [string, (string | number)[]][] {
  if (typeof value === 'string') return [[value, path]];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, member]) =>
    leaves(member, [...path, Array.isArray(value) ? Number(name) : name]),
  );
}

const HELD: JsonObject = {
  name: 'v-name',
  secret: 'v-secret',
  ages: { '18': 'v-18', '21': 'v-21' },
  places: [
    { town: 'v-town0', street: 'v-street0' },
    { town: 'v-town1', street: 'v-street1' },
  ],
  list: ['v-list0', 'v-list1'],
  deep: { er: { est: 'v-est', other: 'v-other' } },
};
const DISCLOSABLE: readonly ClaimPath[] = [
  ['name'],
  ['secret'],
  ['ages', '18'],
  ['ages', '21'],
  ['places'],
  ['places', null],
  ['places', null, 'town'],
  ['places', null, 'street'],
  ['list', null],
  ['deep'],
  ['deep', 'er'],
  ['deep', 'er', 'est'],
  ['deep', 'er', 'other'],
];

describe('threat 8: whatever is asked, nothing outside the registration is released', () => {
  let holder: Key;
  let compact: string;
  const visible = new Set<string>();
  const places = new Map(leaves(HELD));

  beforeAll(async () => {
    const issuer = await makeKey();
    holder = await makeKey();
    const prepared = prepareSdJwt({
      format: 'dc+sd-jwt',
      header: { kid: 'k' },
      claims: { iss: 'https://id.example', vct: VCT, iat: 1, exp: 9_000_000_000, ...HELD },
      selectivelyDisclosable: DISCLOSABLE,
    });
    const status = { idx: 1, uri: 'https://id.example/status/1' };
    compact = await issueSdJwt(
      prepared,
      { holderKey: holder.publicJwk, status },
      issuer.signer,
      randomBytes,
    );
    for (const [text] of leaves(await shown([]))) visible.add(text);
    expect([...places.keys()].some((text) => visible.has(text))).toBe(false);
    expect(leaves(await shown(DISCLOSABLE)).length).toBe(visible.size + places.size);
  });

  async function shown(disclose: readonly ClaimPath[]): Promise<JsonObject> {
    const presentation = await presentSdJwt({
      compact,
      disclose,
      keyBinding: { nonce: 'n', audience: 'a', iat: 1, signer: holder.signer },
    });
    return (await processDisclosures(parseSdJwt(presentation, 'dc+sd-jwt'))).payload;
  }

  const step = fc.constantFrom<string | number | null>(
    ...['name', 'secret', 'ages', '18', '21', 'places', 'town', 'street', 'list', 'deep', 'er'],
    ...['est', 'other', 'missing'],
    ...[0, 1, 2, null],
  );
  const known = fc.constantFrom<ClaimPath>(
    ...DISCLOSABLE,
    ['ages'],
    ['list'],
    ['places', 0],
    ['places', 1, 'town'],
    ['list', 1],
    [null],
    ['places', null, null],
  );
  const path = fc.oneof(
    { arbitrary: known, weight: 4 },
    { arbitrary: fc.array(step, { minLength: 1, maxLength: 4 }), weight: 1 },
  );
  const values = fc.option(
    fc.uniqueArray(fc.constantFrom('v-name', 'v-secret', 'v-town1', 'v-est', 'other', 1, true), {
      minLength: 1,
      maxLength: 3,
    }),
    { nil: undefined },
  );
  const claim = fc.record({ path: path.map((steps) => [...steps]), values });
  const claims = fc.uniqueArray(claim, {
    selector: (each) => JSON.stringify(each.path),
    minLength: 1,
    maxLength: 6,
  });

  test('by a generated query with sets, null steps, values, whole objects and paths to nothing', async () => {
    let within = 0;
    let released = 0;
    const query = fc.record({
      claims: fc.option(claims, { nil: undefined, freq: 10 }),
      vct: fc.constantFrom([VCT], [VCT, 'urn:other'], ['urn:other']),
      picks: fc.option(
        fc.array(fc.subarray([0, 1, 2], { minLength: 1 }), { minLength: 1, maxLength: 3 }),
        { nil: undefined },
      ),
    });
    await fc.assert(
      fc.asyncProperty(
        claims,
        fc.array(query, { minLength: 1, maxLength: 3 }),
        fc.boolean(),
        async (rows, asked, mostlyHonest) => {
          const certificate = registered({ ...sdJwtVc, claim: rows });
          const credentials = asked.map(({ claims: own, vct, picks }, at) => {
            // Half of the queries stay near the registration, or hardly any would be within it.
            const named = mostlyHonest ? rows.slice(0, at + 1) : own;
            const withIds = named?.map((each, index) => ({ id: `i${index}`, ...each }));
            const sets = picks
              ?.map((pick) =>
                pick.filter((index) => index < (named?.length ?? 0)).map((index) => `i${index}`),
              )
              .filter((set) => set.length > 0);
            return {
              id: `q${at}`,
              format: 'dc+sd-jwt',
              meta: { vct_values: mostlyHonest ? [VCT] : vct },
              ...(withIds === undefined ? {} : { claims: withIds }),
              ...(sets === undefined || sets.length === 0 || named === undefined
                ? {}
                : { claim_sets: sets }),
            };
          });
          const parsed = parseDcqlQuery({
            credentials,
            credential_sets: [{ options: credentials.map(({ id }) => [id]) }],
          });
          if (overAsked(parsed, certificate).length > 0) return;
          within += 1;
          let selected: ReturnType<typeof selectCredentials>;
          try {
            selected = selectCredentials(parsed, [
              { format: 'dc+sd-jwt', claims: { vct: VCT, ...HELD } },
            ]);
          } catch (error) {
            expect(error).toMatchObject({ code: 'no_matching_credential' });
            return;
          }
          for (const { claims: own } of selected) {
            for (const [text] of leaves(await shown(own.map((each) => each.path)))) {
              if (visible.has(text)) continue;
              released += 1;
              const place = places.get(text) ?? [];
              expect(
                certificate.credentials[0]?.claim.some((each) => reaches(each.path, place)),
              ).toBe(true);
            }
          }
        },
      ),
      { numRuns: 1500 },
    );
    expect(within).toBeGreaterThan(100);
    expect(released).toBeGreaterThan(50);
  });
});

/** Whether a registered path leads to this place, or to something that it stands in. */
function reaches(path: ClaimPath, place: readonly (string | number)[]): boolean {
  return (
    path.length <= place.length &&
    path.every((step, at) => step === place[at] || (step === null && typeof place[at] === 'number'))
  );
}
