import { stat, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  freePort,
  issuerJson,
  newHome,
  parseObject,
  type RunningIssuer,
  runIssuer,
  type Surroundings,
  serveIssuer,
} from './support/issuer-process.ts';

const home = await newHome();
const around: Surroundings = { home };
const file = (name: string): string => `${dirname(home)}/${name}`;
const id = '0'.repeat(32);
const missing = file('missing.json');

type Case = readonly [name: string, argv: readonly string[], exit: number, code: string];

async function expectRefusal([, argv, exit, code]: Case): Promise<void> {
  const ended = await runIssuer([...argv, '--json'], around);
  expect(ended.stderr).not.toMatch(/\bat .*\.ts:\d/);
  expect({ exit: ended.code, ...parseObject(ended.stdout) }).toMatchObject({
    exit,
    error: { code },
  });
}

beforeAll(async () => {
  await issuerJson(['init', '--demo', '--url', `http://localhost:${await freePort()}`], around);
  const record = parseObject((await runIssuer(['enrol', '--example'], around)).stdout);
  const example = await runIssuer(['relying-party', 'add', '--example'], around);
  const hotel = parseObject(example.stdout);
  const json = async (name: string, value: unknown): Promise<void> =>
    writeFile(file(name), typeof value === 'string' ? value : JSON.stringify(value));
  await json('not.json', '{"family_name":');
  await json('list.json', [record]);
  await json('large.json', JSON.stringify({ ...record, more: 'x'.repeat(10_000_000) }));
  await writeFile(file('bytes.json'), Buffer.from([0x7b, 0xff, 0xfe, 0x7d]));
  await json('deep.json', `${'{"a":'.repeat(100)}1${'}'.repeat(100)}`);
  await json('proto.json', JSON.stringify(record).replace('{', '{"__proto__":{"a":1},'));
  await json('more.json', { ...record, face: 'yes' });
  await json('empty.json', {});
  await json('policy.json', { ...hotel, policy: 'casino' });
  const claim = [{ path: ['family_name'] }];
  const meta = { vct_values: ['urn:symbolon:identity-card:1'] };
  await json('both.json', { ...hotel, credentials: [{ format: 'dc+sd-jwt', meta, claim }] });
  await json('identifier.json', { ...hotel, identifier: '91310000' });
  await json('cursor.json', { ...hotel, name: 'Hotel\u001b[2J' });
  await json('record.json', record);
  await json('hotel.json', hotel);
});

describe('wrong usage and bad input: the code, a message, and nothing done', () => {
  let service: RunningIssuer;
  beforeAll(async () => {
    service = await serveIssuer(around);
  });
  afterAll(() => service.stop('SIGTERM'));

  const cases: readonly Case[] = [
    ['no such command', ['enroll'], 2, 'usage'],
    ['an unknown option', ['bundle', '--force'], 2, 'usage'],
    ['an option without its value', ['bundle', '--out'], 2, 'usage'],
    ['an argument too many', ['bundle', 'now'], 2, 'usage'],
    ['enrol without a record', ['enrol', '--operator', 'op'], 2, 'usage'],
    ['enrol without an operator', ['enrol', '--record', file('record.json')], 2, 'usage'],
    ['enrol by nobody', ['enrol', '--record', file('record.json'), '--operator', ''], 2, 'usage'],
    [
      'a record that is not there',
      ['enrol', '--record', missing, '--operator', 'op'],
      1,
      'input_missing',
    ],
    [
      'a record that is not JSON',
      ['enrol', '--record', file('not.json'), '--operator', 'op'],
      1,
      'file_not_json',
    ],
    [
      'a record that is a list',
      ['enrol', '--record', file('list.json'), '--operator', 'op'],
      1,
      'file_not_json',
    ],
    [
      'a record of 10 MB',
      ['enrol', '--record', file('large.json'), '--operator', 'op'],
      1,
      'input_too_large',
    ],
    [
      'a record of bytes',
      ['enrol', '--record', file('bytes.json'), '--operator', 'op'],
      1,
      'input_unreadable',
    ],
    [
      'a record nested 100 deep',
      ['enrol', '--record', file('deep.json'), '--operator', 'op'],
      1,
      'file_not_json',
    ],
    [
      'a record with __proto__',
      ['enrol', '--record', file('proto.json'), '--operator', 'op'],
      1,
      'file_not_json',
    ],
    [
      'a record with another member',
      ['enrol', '--record', file('more.json'), '--operator', 'op'],
      1,
      'malformed',
    ],
    [
      'an empty record',
      ['enrol', '--record', file('empty.json'), '--operator', 'op'],
      1,
      'malformed',
    ],
    ['offer without an id', ['offer'], 2, 'usage'],
    ['offer for two', ['offer', id, id], 2, 'usage'],
    ['offer for nobody', ['offer', id], 1, 'enrolment_unknown'],
    ['offer for an id that is no id', ['offer', '../../etc'], 1, 'malformed'],
    ['[attack 115] offer for an SQL id', ['offer', "x' OR '1'='1"], 1, 'malformed'],
    ['[attack 115] offer for a NUL', ['offer', `${id}%00`], 1, 'malformed'],
    ['[attack 115] offer for a number without end', ['offer', '9'.repeat(400)], 1, 'malformed'],
    ['offer of a type that there is not', ['offer', id, '--type', 'passport'], 2, 'usage'],
    ['offer in a format that there is not', ['offer', id, '--format', 'ldp_vc'], 2, 'usage'],
    ['revoke without a reason', ['revoke', id], 2, 'usage'],
    ['revoke with an empty reason', ['revoke', id, '--reason', ''], 2, 'usage'],
    ['revoke without an id', ['revoke', '--reason', 'lost'], 2, 'usage'],
    ['revoke what is not there', ['revoke', id, '--reason', 'lost'], 1, 'subject_unknown'],
    ['suspend what is not there', ['suspend', id, '--reason', 'lost'], 1, 'subject_unknown'],
    ['reinstate what is not there', ['reinstate', id, '--reason', 'found'], 1, 'subject_unknown'],
    ['bundle at no time', ['bundle', '--issued-at', ''], 2, 'usage'],
    ['bundle at a time that is none', ['bundle', '--issued-at', 'yesterday'], 2, 'usage'],
    ['bundle on 31 February', ['bundle', '--issued-at', '2026-02-31'], 2, 'usage'],
    ['bundle of tomorrow', ['bundle', '--issued-at', '2999-01-01'], 1, 'bundle_time_in_future'],
    ['relying-party without a verb', ['relying-party'], 2, 'usage'],
    ['relying-party add without a file', ['relying-party', 'add', '--out', file('x')], 2, 'usage'],
    ['relying-party add without --out', ['relying-party', 'add', file('hotel.json')], 2, 'usage'],
    [
      'relying-party add of a missing file',
      ['relying-party', 'add', missing, '--out', file('x')],
      1,
      'input_missing',
    ],
    [
      'relying-party add of a record',
      ['relying-party', 'add', file('record.json'), '--out', file('x')],
      1,
      'malformed',
    ],
    [
      'a policy that there is not',
      ['relying-party', 'add', file('policy.json'), '--out', file('x')],
      1,
      'policy_unknown',
    ],
    [
      'a policy and claims at once',
      ['relying-party', 'add', file('both.json'), '--out', file('x')],
      1,
      'malformed',
    ],
    [
      'an identifier of no scheme',
      ['relying-party', 'add', file('identifier.json'), '--out', file('x')],
      1,
      'malformed',
    ],
    [
      'a name that moves the cursor',
      ['relying-party', 'add', file('cursor.json'), '--out', file('x')],
      1,
      'malformed',
    ],
    [
      'a signing request that is none',
      [
        'relying-party',
        'add',
        file('hotel.json'),
        '--csr',
        file('record.json'),
        '--out',
        file('x'),
      ],
      1,
      'signing_request_invalid',
    ],
    [
      'relying-party revoke of nobody',
      ['relying-party', 'revoke', 'feedfeedfeedfeed'],
      1,
      'relying_party_unknown',
    ],
  ];
  for (const each of cases) test(`${each[0]}: ${each[3]}`, () => expectRefusal(each));

  test('nobody was registered and nothing was written by any of them', async () => {
    const { relying_parties: parties } = await issuerJson(['relying-party', 'list'], around);
    expect(parties).toEqual([]);
    await expect(stat(file('x'))).rejects.toMatchObject({ code: 'ENOENT' });
  });
});

describe('without a service, the same codes', () => {
  const cases: readonly Case[] = [
    [
      'a passphrase file that is not there',
      ['bundle', '--passphrase-file', missing],
      1,
      'input_missing',
    ],
    [
      'another passphrase',
      ['bundle', '--passphrase-file', file('not.json')],
      1,
      'passphrase_wrong',
    ],
    ['offer for nobody', ['offer', id], 1, 'enrolment_unknown'],
    ['an id that is no id', ['revoke', '../../etc', '--reason', 'lost'], 1, 'subject_unknown'],
    [
      'an empty record',
      ['enrol', '--record', file('empty.json'), '--operator', 'op'],
      1,
      'malformed',
    ],
  ];
  for (const each of cases) test(`${each[0]}: ${each[3]}`, () => expectRefusal(each));
});
