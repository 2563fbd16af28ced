import { createHmac } from 'node:crypto';
import { createSigner, generateP256KeyPair } from '@symbolon/credentials/crypto';
import {
  decodeCompactJws,
  jwkThumbprint,
  openCompactJws,
  signCompactJws,
  verifyCompactJws,
} from '@symbolon/credentials/jose';
import type { JsonObject } from '@symbolon/schemas';
import { describe, expect, test } from 'vitest';
import { base64Url, issuerKeys, issuerSigner, strangerKeys } from '../support/handmade.ts';

const MAX = 65_536;
const key = issuerKeys.publicJwk;
const expectations = { key, expectedTyp: 'test+jwt', algorithms: ['ES256'] } as const;
const refusal = (code: string) => expect.objectContaining({ name: 'CredentialError', code });

const verify = (compact: string) =>
  verifyCompactJws({ jws: decodeCompactJws(compact, MAX), ...expectations });

/** Signs any header at all. */
const signRaw = async (header: string, payload = '{"a":1}') => {
  const input = `${base64Url(header)}.${base64Url(payload)}`;
  return `${input}.${base64Url(await issuerSigner.sign(new TextEncoder().encode(input)))}`;
};
const withHeader = (header: JsonObject) => signRaw(JSON.stringify(header));

const good = await signCompactJws({
  header: { typ: 'test+jwt', kid: 'k' },
  payload: { a: 1 },
  signer: issuerSigner,
});

test('what we sign, we verify, and get its header and payload', async () => {
  expect(await verify(good)).toEqual({
    header: { alg: 'ES256', typ: 'test+jwt', kid: 'k' },
    payload: { a: 1 },
  });
});

test('RFC 7515 appendix A.3: the ES256 example verifies', async () => {
  const jws = decodeCompactJws(
    'eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ.DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q',
    MAX,
  );
  const rfcKey = {
    kty: 'EC',
    crv: 'P-256',
    x: 'f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU',
    y: 'x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0',
  } as const;
  expect(jws.typ).toBeUndefined();
  const typed = { ...jws, typ: 'JWT' };
  const input = { jws: typed, key: rfcKey, expectedTyp: 'JWT', algorithms: ['ES256'] } as const;
  expect(await verifyCompactJws(input)).toMatchObject({ payload: { iss: 'joe' } });
});

test('RFC 8037 appendix A.4: an Ed25519 signature verifies, also under its name of RFC 9864', async () => {
  const rfcKey = {
    kty: 'OKP',
    crv: 'Ed25519',
    x: '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo',
    d: 'nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A',
  } as const;
  const { d: _, ...publicJwk } = rfcKey;
  const signer = createSigner(rfcKey);
  for (const alg of ['EdDSA', 'Ed25519']) {
    const input = `${base64Url(JSON.stringify({ alg, typ: 'test+jwt' }))}.${base64Url('{}')}`;
    const signature = base64Url(await signer.sign(new TextEncoder().encode(input)));
    const jws = decodeCompactJws(`${input}.${signature}`, MAX);
    const byEd25519 = { jws, ...expectations, key: publicJwk };
    await expect(verifyCompactJws({ ...byEd25519, algorithms: ['EdDSA'] })).resolves.toBeDefined();
    await expect(verifyCompactJws(byEd25519)).rejects.toThrow(refusal('algorithm_not_allowed'));
  }
});

test('any one character changed is refused', async () => {
  for (let at = 0; at < good.length; at += 1) {
    const other = good[at] === 'A' ? 'B' : 'A';
    const changed = good.slice(0, at) + other + good.slice(at + 1);
    await expect((async () => verify(changed))()).rejects.toThrow(refusal(expect.any(String)));
  }
});

describe('[attack 1] an unsigned JWS is refused before a key is chosen', () => {
  test.each(['none', 'None', 'NONE', 'nOnE', ''])('alg %j', async (alg) => {
    const header = base64Url(JSON.stringify({ alg, typ: 'test+jwt' }));
    for (const signature of ['', good.split('.')[2]]) {
      const compact = `${header}.${base64Url('{"a":1}')}.${signature}`;
      expect(() => decodeCompactJws(compact, MAX)).toThrow(refusal('algorithm_not_allowed'));
    }
  });

  test.each([null, 1, true, ['ES256'], { alg: 'ES256' }])('alg %j', async (alg) => {
    const compact = await withHeader({ alg, typ: 'test+jwt' });
    expect(() => decodeCompactJws(compact, MAX)).toThrow(refusal('malformed'));
  });

  test('no alg', async () => {
    const compact = await withHeader({ typ: 'test+jwt' });
    expect(() => decodeCompactJws(compact, MAX)).toThrow(refusal('malformed'));
  });

  test('an empty signature', async () => {
    const unsigned = good.slice(0, good.lastIndexOf('.') + 1);
    await expect(verify(unsigned)).rejects.toThrow(refusal('signature_invalid'));
  });
});

describe('[attack 3] a key in the header is not taken', () => {
  test('another key than the expected one is refused, though it signed', async () => {
    const { publicJwk, privateJwk } = await generateP256KeyPair();
    const forged = await signCompactJws({
      header: { typ: 'test+jwt', jwk: publicJwk },
      payload: { a: 1 },
      signer: createSigner(privateJwk),
    });
    await expect(verify(forged)).rejects.toThrow(refusal('key_not_allowed'));
  });

  test('the expected key may be repeated', async () => {
    const repeated = await withHeader({ alg: 'ES256', typ: 'test+jwt', jwk: key });
    await expect(verify(repeated)).resolves.toMatchObject({ payload: { a: 1 } });
  });

  test.each([
    { jwk: { ...key, y: strangerKeys.publicJwk.y } },
    { jwk: { ...key, crv: 'P-384' } },
    { jwk: {} },
  ])('one that differs in a member is refused', async ({ jwk }) => {
    const compact = await withHeader({ alg: 'ES256', typ: 'test+jwt', jwk });
    await expect(verify(compact)).rejects.toThrow(refusal('key_not_allowed'));
  });
});

describe('[attack 7] an extension that must be understood is refused', () => {
  test.each<JsonObject>([
    { crit: ['exp'] },
    { crit: ['b64'], b64: false },
    { crit: [] },
    { crit: null },
    { b64: false },
    { b64: 'true' },
  ])('%j', async (extension) => {
    const compact = await withHeader({ alg: 'ES256', typ: 'test+jwt', ...extension });
    expect(() => decodeCompactJws(compact, MAX)).toThrow(refusal('extension_not_supported'));
  });
});

test.each(['JWT', 'TEST+JWT', 'application/test+jwt', 'test+jwt ', undefined])(
  'RFC 8725 section 3.11: typ %j is refused where another is expected',
  async (typ) => {
    const compact = await withHeader({ alg: 'ES256', ...(typ === undefined ? {} : { typ }) });
    await expect(verify(compact)).rejects.toThrow(refusal('format_mismatch'));
  },
);

test.each(['ES384', 'HS256', 'RS256', 'PS256', 'ES256K', 'es256', 'ES256 '])(
  'RFC 8725 section 3.1: alg %j is refused where only ES256 is accepted',
  async (alg) => {
    const compact = await withHeader({ alg, typ: 'test+jwt' });
    await expect(verify(compact)).rejects.toThrow(refusal('algorithm_not_allowed'));
  },
);

test('[attack 17] an HMAC under the public key is refused, and so is one under anything', async () => {
  const input = `${base64Url('{"alg":"HS256","typ":"test+jwt"}')}.${base64Url('{"a":1}')}`;
  for (const secret of [JSON.stringify(key), key.x, '']) {
    const mac = createHmac('sha256', secret).update(input).digest('base64url');
    await expect(verify(`${input}.${mac}`)).rejects.toThrow(refusal('algorithm_not_allowed'));
  }
});

test('an accepted algorithm that is not the key’s is refused', async () => {
  const compact = await withHeader({ alg: 'ES384', typ: 'test+jwt' });
  const jws = decodeCompactJws(compact, MAX);
  await expect(
    verifyCompactJws({ ...expectations, jws, algorithms: ['ES256', 'ES384'] }),
  ).rejects.toThrow(refusal('signature_invalid'));
});

describe('[attack 11] a JWS that is not exactly three base64url parts is refused, fast', () => {
  const [header = '', payload = '', signature = ''] = good.split('.');
  test.each([
    ['nothing', ''],
    ['one part', header],
    ['two parts', `${header}.${payload}`],
    ['four parts', `${good}.${signature}`],
    ['five parts, as a JWE', `${good}.${signature}.${signature}`],
    ['no header', `.${payload}.${signature}`],
    ['no payload', `${header}..${signature}`],
    ['a space before', ` ${good}`],
    ['a line break after', `${good}\n`],
    ['a line break inside', `${header}.${payload.slice(0, 4)}\n${payload.slice(4)}.${signature}`],
    ['padding in the header', `${header}=.${payload}.${signature}`],
    ['padding in the payload', `${header}.${payload}=.${signature}`],
    ['padding in the signature', `${good}==`],
    ['a million dots', '.'.repeat(1_000_000)],
    ['a header and a million dots', header + '.'.repeat(1_000_000)],
  ])('%s', (_fault, compact) => {
    const start = performance.now();
    expect(() => decodeCompactJws(compact, 2_000_000)).toThrow(refusal('malformed'));
    expect(performance.now() - start).toBeLessThan(1_000);
  });
});

describe('[attack 13] a header or payload that is not a plain JSON object is refused', () => {
  test.each([
    ['a payload that is an array', '[1]'],
    ['a payload that is a text', '"a"'],
    ['a payload that is null', 'null'],
    ['a payload that is no JSON', 'a'],
    ['a payload with a member twice', '{"exp":1,"exp":9999999999}'],
    ['a payload with __proto__', '{"__proto__":{"a":1}}'],
    ['a payload with 1e400', '{"exp":1e400}'],
    ['a payload of 10,000 levels', '['.repeat(10_000) + ']'.repeat(10_000)],
    ['a payload with half a surrogate pair', '{"a":"\\ud800"}'],
  ])('%s', async (_fault, payload) => {
    const compact = await signRaw('{"alg":"ES256","typ":"test+jwt"}', payload);
    expect(() => decodeCompactJws(compact, MAX)).toThrow(refusal('malformed'));
  });

  test.each([
    ['a header that is an array', '["ES256"]'],
    ['a header with alg twice', '{"alg":"none","alg":"ES256"}'],
    ['a header with a byte order mark', '\ufeff{"alg":"ES256"}'],
    ['a typ that is no text', '{"alg":"ES256","typ":1}'],
  ])('%s', async (_fault, header) => {
    const compact = await signRaw(header);
    expect(() => decodeCompactJws(compact, MAX)).toThrow(refusal('malformed'));
  });

  test('bytes that are not UTF-8', () => {
    const compact = `${base64Url('{"alg":"ES256"}')}.${base64Url(Uint8Array.from([0x7b, 0xff, 0x7d]))}.AA`;
    expect(() => decodeCompactJws(compact, MAX)).toThrow(refusal('malformed'));
  });

  test('one that is longer than allowed', () => {
    expect(() => decodeCompactJws(good, good.length - 1)).toThrow(refusal('malformed'));
    expect(decodeCompactJws(good, good.length)).toMatchObject({ alg: 'ES256' });
  });
});

describe('[attack 13] opening: nobody reads the payload of a JWS before its signature was checked', () => {
  const open = (compact: string) => openCompactJws({ compact, maxBytes: MAX, ...expectations });
  const unsigned = (payload: string) =>
    `${good.slice(0, good.indexOf('.'))}.${payload}.${base64Url(new Uint8Array(64))}`;

  test('what we sign opens as it verifies', async () => {
    expect(await open(good)).toEqual(await verify(good));
  });

  test.each([
    ['no JSON', base64Url('a')],
    ['no object', base64Url('[1]')],
    ['a member twice', base64Url('{"a":1,"a":2}')],
    ['no base64url', '*'],
  ])('a payload that is %s is not looked at while nobody signed it', async (_fault, payload) => {
    await expect(open(unsigned(payload))).rejects.toThrow(refusal('signature_invalid'));
  });

  test.each(['a', '[1]', '{"a":1,"a":2}'])('a signed payload %j is malformed', async (payload) => {
    const compact = await signRaw('{"alg":"ES256","typ":"test+jwt"}', payload);
    await expect(open(compact)).rejects.toThrow(refusal('malformed'));
  });

  test('a header has a limit of its own', async () => {
    const compact = await withHeader({ alg: 'ES256', typ: 'test+jwt', more: 'x'.repeat(16_384) });
    await expect(verify(compact)).resolves.toBeDefined();
    await expect(open(compact)).rejects.toThrow(refusal('malformed'));
  });

  test.each([
    ['another typ', { alg: 'ES256', typ: 'JWT' }, 'format_mismatch'],
    ['another alg', { alg: 'ES384', typ: 'test+jwt' }, 'algorithm_not_allowed'],
    ['alg none', { alg: 'none', typ: 'test+jwt' }, 'algorithm_not_allowed'],
    ['crit', { alg: 'ES256', typ: 'test+jwt', crit: ['a'] }, 'extension_not_supported'],
    ['another key', { alg: 'ES256', typ: 'test+jwt', jwk: {} }, 'key_not_allowed'],
  ] as const)('%s is refused', async (_fault, header, code) => {
    await expect(open(await signRaw(JSON.stringify(header)))).rejects.toThrow(refusal(code));
  });

  test('one that is longer than allowed, or does not have three parts, is malformed', async () => {
    const maxBytes = good.length - 1;
    const long = openCompactJws({ compact: good, maxBytes, ...expectations });
    await expect(long).rejects.toThrow(refusal('malformed'));
    await expect(open('a.b')).rejects.toThrow(refusal('malformed'));
    await expect(open(`${good}.a`)).rejects.toThrow(refusal('malformed'));
  });
});

test('RFC 7638 section 3.1 and RFC 8037 appendix A.3: thumbprints', async () => {
  const ed25519 = {
    kty: 'OKP',
    crv: 'Ed25519',
    x: '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo',
  } as const;
  expect(await jwkThumbprint(ed25519)).toBe('kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k');
  const withMore = { ...ed25519, kid: 'a', use: 'sig' };
  expect(await jwkThumbprint(withMore)).toBe('kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k');
});
