import { randomBytes } from '@symbolon/credentials/crypto';
import { decodeCompactJws, encodeBase64Url, signCompactJws } from '@symbolon/credentials/jose';
import { createPolicyQuery, createRequestObject, openRequestObject } from '@symbolon/presentation';
import { getPolicy, type JsonObject, Refusal } from '@symbolon/schemas';
import type { TrustBundle } from '@symbolon/trust';
import * as fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { createWorld, makeKey, type World } from '../../support/world.ts';

const NOW = 1_795_600_000;
const BASE64URL = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

let world: World;
let bundle: TrustBundle;
let counter: Awaited<ReturnType<World['counter']>>;
let compact: string;

beforeAll(async () => {
  world = await createWorld(NOW);
  [bundle, counter] = await Promise.all([world.bundle(), world.counter(['age-gate'])]);
  ({ compact } = await ask({}));
});

async function ask(changes: Partial<Parameters<typeof createRequestObject>[0]>) {
  const policy = getPolicy('age-gate');
  if (policy === undefined) throw new TypeError('no age gate');
  const { publicJwk } = await makeKey();
  return createRequestObject({
    query: createPolicyQuery(policy, ['dc+sd-jwt']),
    accessCertificates: counter.accessCertificates,
    registrationCertificate: counter.registrationCertificate,
    responseKey: publicJwk,
    nonce: encodeBase64Url(randomBytes(16)),
    now: NOW,
    signer: counter.signer,
    ...changes,
  });
}

function signAgain(payload: JsonObject, x5c: readonly string[] = counter.accessCertificates) {
  const header = { alg: 'ES256', typ: 'oauth-authz-req+jwt', x5c };
  return signCompactJws({ header, payload, signer: counter.signer });
}

const open = (text: string) => openRequestObject(text, { bundle, now: NOW });

describe('[attack 83] threat 7: a request opens exactly as it was signed', () => {
  test('untouched it does', async () => {
    expect((await open(compact)).overAsked).toEqual([]);
  });

  test('with any one character changed it is refused, and never a fault', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.nat(compact.length - 1),
        fc.constantFrom(...BASE64URL, '.', '=', ' ', '\u0000'),
        async (at, character) => {
          fc.pre(compact[at] !== character);
          const changed = compact.slice(0, at) + character + compact.slice(at + 1);
          await expect(open(changed)).rejects.toBeInstanceOf(Refusal);
        },
      ),
      { numRuns: 300 },
    );
  });

  test('with any bytes as its certificate it is refused, and never a fault', async () => {
    const [leaf = ''] = counter.accessCertificates;
    const der = Buffer.from(leaf, 'base64');
    const broken = fc.oneof(
      // One byte of a real certificate, most often in its structure.
      fc.tuple(fc.nat(der.length - 1), fc.integer({ min: 1, max: 255 })).map(([at, change]) => {
        const changed = Uint8Array.from(der);
        changed[at] = (changed[at] ?? 0) ^ change;
        return Buffer.from(changed).toString('base64');
      }),
      fc.nat(der.length - 1).map((end) => der.subarray(0, end).toString('base64')),
      fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes).toString('base64')),
      fc.string({ unit: 'binary', minLength: 1, maxLength: 50 }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(broken, { minLength: 1, maxLength: 3 }), async (chain) => {
        const [, payload = '', signature = ''] = compact.split('.');
        const header = { alg: 'ES256', typ: 'oauth-authz-req+jwt', x5c: chain };
        const head = encodeBase64Url(new TextEncoder().encode(JSON.stringify(header)));
        const text = `${head}.${payload}.${signature}`;
        await expect(open(text)).rejects.toBeInstanceOf(Refusal);
      }),
      { numRuns: 300 },
    );
  });

  test('with its certificate in another spelling of base64 it is refused', async () => {
    const [leaf = ''] = counter.accessCertificates;
    const { payload } = decodeCompactJws(compact, compact.length);
    const sign = (certificate: string) => signAgain(payload, [certificate]);
    expect((await open(await sign(leaf))).overAsked).toEqual([]);
    const url = Buffer.from(leaf, 'base64').toString('base64url');
    const lines = leaf.replaceAll(/.{64}/g, '$&\n');
    for (const certificate of [` ${leaf}`, `${leaf}\n`, `${leaf}=`, lines, url, `${leaf}AAAA`]) {
      await expect(open(await sign(certificate))).rejects.toBeInstanceOf(Refusal);
    }
  });
});

describe('[attack 87] the key that an answer is sealed to', () => {
  test('is not the one that the request is signed with: that one lives too long', async () => {
    const { compact: same } = await ask({ responseKey: counter.key.publicJwk });
    await expect(open(same)).rejects.toMatchObject({ code: 'response_key_unusable' });
  });

  test('need not say that it is for encryption', async () => {
    const { payload } = decodeCompactJws(compact, compact.length);
    const { publicJwk } = await makeKey();
    const jwks = { keys: [{ ...publicJwk, kid: '1' }] };
    const text = await signAgain({ ...payload, client_metadata: { jwks } });
    expect((await open(text)).responseKey).toEqual(publicJwk);
  });
});
