import { randomBytes } from '@symbolon/credentials/crypto';
import { decodeCompactJws, encodeBase64Url, signCompactJws } from '@symbolon/credentials/jose';
import {
  type AnswerableRequest,
  createPolicyQuery,
  createRequestObject,
  openAnswer,
  sealAnswer,
} from '@symbolon/presentation';
import { getPolicy, type JsonObject } from '@symbolon/schemas';
import * as fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { createWorld, type Key, makeKey, type World } from '../../support/world.ts';

const NOW = 1_795_600_000;
const ANSWER = { kind: 'refused', error: 'access_denied', description: 'no' } as const;

let counter: Awaited<ReturnType<World['counter']>>;
let responseKey: Key;
let request: AnswerableRequest;
let payload: JsonObject;
let wire: Uint8Array;

beforeAll(async () => {
  const policy = getPolicy('age-gate');
  if (policy === undefined) throw new TypeError('no age gate');
  const world = await createWorld(NOW);
  [counter, responseKey] = await Promise.all([world.counter(), makeKey()]);
  const query = createPolicyQuery(policy, ['dc+sd-jwt']);
  const { compact } = await createRequestObject({
    ...counter,
    query,
    responseKey: responseKey.publicJwk,
    nonce: encodeBase64Url(randomBytes(16)),
    now: NOW,
  });
  request = { compact, query, responseKey: responseKey.publicJwk };
  ({ payload } = decodeCompactJws(compact, compact.length));
  wire = await sealAnswer({ request, answer: ANSWER, random: randomBytes });
});

const open = (requestCompact: string, { privateJwk } = responseKey) =>
  openAnswer(wire, { responsePrivateJwk: privateJwk, requestCompact });
const unreadable = { name: 'PresentationError', code: 'answer_unreadable' };

/** Another request of the same counter, with the same key for the answer. */
function signAgain(changes: JsonObject): Promise<string> {
  return signCompactJws({
    header: { alg: 'ES256', typ: 'oauth-authz-req+jwt', x5c: counter.accessCertificates },
    payload: { ...payload, ...changes },
    signer: counter.signer,
  });
}

describe('[attack 29] an answer opens for exactly the request that it was made for', () => {
  test('for that one it does', async () => {
    expect(await open(request.compact)).toEqual(ANSWER);
  });

  for (const [member, value] of [
    ['nonce', encodeBase64Url(new Uint8Array(16))],
    ['aud', 'https://wallet.example'],
    ['client_id', 'x509_hash:AAAA'],
    ['state', 'AAAAAA'],
    ['exp', NOW + 299],
    ['dcql_query', {}],
    ['verifier_info', []],
  ] as const) {
    test(`not when the request has another ${member}`, async () => {
      await expect(open(await signAgain({ [member]: value }))).rejects.toMatchObject(unreadable);
    });
  }

  test('not when the same request is signed once more', async () => {
    await expect(open(await signAgain({}))).rejects.toMatchObject(unreadable);
  });

  test('not with another key', async () => {
    await expect(open(request.compact, await makeKey())).rejects.toMatchObject(unreadable);
  });

  test('not with any one character of the request changed', async () => {
    const { compact } = request;
    await fc.assert(
      fc.asyncProperty(
        fc.nat(compact.length - 1),
        fc.constantFrom('A', 'z', '-', '.'),
        async (at, character) => {
          fc.pre(compact[at] !== character);
          const changed = compact.slice(0, at) + character + compact.slice(at + 1);
          await expect(open(changed)).rejects.toMatchObject(unreadable);
        },
      ),
      { numRuns: 100 },
    );
  });
});
