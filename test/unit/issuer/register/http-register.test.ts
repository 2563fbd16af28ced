import { readFileSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { openHttpRegister } from '../../../../issuer/register/http-register.ts';
import { openRegister } from '../../../../issuer/register/open-register.ts';
import { temporaryFolder } from '../support/issuer-parts.ts';

const QUERY = {
  idNumber: '11010519491231002X',
  familyName: '王',
  givenName: '秀英',
  birthdate: '1949-12-31',
};
const FACES = new URL('../../../../issuer/register/portraits/', import.meta.url);
const portrait = readFileSync(new URL('face-1.jpg', FACES)).toString('base64');
const portrait_thumb = readFileSync(new URL('face-1.avif', FACES)).toString('base64');

type Seen = { method: string; url: string; headers: IncomingMessage['headers']; body: string };

/** A register on loopback that answers as it is told, and what it was asked. */
async function serve(answer: (response: ServerResponse) => void) {
  const seen: Seen[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => {
      body += chunk;
    });
    request.on('end', () => {
      const { method = '', url = '', headers } = request;
      seen.push({ method, url, headers, body });
      answer(response);
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return { seen, url: `http://127.0.0.1:${address.port}` };
}

const json =
  (body: unknown, status = 200, type = 'application/json') =>
  (response: ServerResponse) => {
    response.writeHead(status, { 'content-type': type });
    response.end(typeof body === 'string' ? body : JSON.stringify(body));
  };

const find = (url: string, token?: string) =>
  openHttpRegister({ url, timeoutSeconds: 1, token }).findPerson(QUERY);

test('a confirmed person comes with the register’s portraits', async () => {
  const { url } = await serve(json({ result: 'confirmed', portrait, portrait_thumb }));
  expect(await find(url)).toEqual({ portrait, portraitThumb: portrait_thumb });
  const without = await serve(
    json({ result: 'confirmed' }, 200, 'application/json; charset=utf-8'),
  );
  expect(await find(without.url)).toEqual({ portrait: undefined, portraitThumb: undefined });
});

test('the person is in the body of a POST, and in no URL and no header', async () => {
  const { url, seen } = await serve(json({ result: 'confirmed' }));
  await find(url, 'token-1');
  const [request] = seen;
  expect(request).toMatchObject({ method: 'POST', url: '/persons/confirm' });
  expect(JSON.parse(request?.body ?? '')).toEqual({
    id_number: QUERY.idNumber,
    family_name: QUERY.familyName,
    given_name: QUERY.givenName,
    birthdate: QUERY.birthdate,
  });
  expect(JSON.stringify(request?.headers)).not.toContain('1101051949');
  expect(request?.headers.authorization).toBe('Bearer token-1');
});

test('a person that the register does not confirm is refused, without a reason', async () => {
  const { url } = await serve(json({ result: 'unconfirmed' }));
  await expect(find(url)).rejects.toMatchObject({
    name: 'RegisterError',
    code: 'person_unconfirmed',
  });
});

for (const [why, answer] of [
  ['another status', json({ result: 'confirmed' }, 500)],
  ['201', json({ result: 'confirmed' }, 201)],
  ['another media type', json({ result: 'confirmed' }, 200, 'text/html')],
  ['no JSON', json('{"result":')],
  ['nothing', json('')],
  ['a list', json([])],
  ['another result', json({ result: 'yes' })],
  ['a boolean', json({ result: true })],
  ['an unknown member', json({ result: 'confirmed', name: 'x' })],
  ['a reason', json({ result: 'unconfirmed', reason: 'birthdate' })],
  ['a result twice', json('{"result":"unconfirmed","result":"confirmed"}')],
  ['`__proto__`', json('{"__proto__":{},"result":"confirmed"}')],
  ['a portrait that is none', json({ result: 'confirmed', portrait: 'AAAA' })],
  ['deep nesting', json(`${'['.repeat(5_000)}${']'.repeat(5_000)}`)],
  ['too much', json({ result: 'confirmed', portrait: '/9j/'.repeat(10_000) })],
  [
    'bytes that are no UTF-8',
    (response: ServerResponse) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(Buffer.from([0x22, 0xff, 0x22]));
    },
  ],
  [
    'without an end',
    (response: ServerResponse) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      const writing = setInterval(() => response.write('x'.repeat(1_000)), 1);
      response.on('close', () => clearInterval(writing));
    },
  ],
  ['a redirect', (response: ServerResponse) => response.writeHead(307, { location: '/x' }).end()],
  ['never', () => undefined],
  [
    'half',
    (response: ServerResponse) => {
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': '100' });
      response.write('{"result":');
    },
  ],
  ['by hanging up', (response: ServerResponse) => void response.socket?.destroy()],
] as const) {
  test(`a register that answers ${why} is unavailable: nobody is enrolled`, async () => {
    const { url } = await serve(answer);
    const error = await find(url).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ name: 'RegisterError', code: 'register_unavailable' });
    const text = `${String(error)} ${JSON.stringify(error)}`;
    for (const value of Object.values(QUERY)) expect(text).not.toContain(value);
  });
}

test('a redirect is not followed', async () => {
  const target = await serve(json({ result: 'confirmed' }));
  const { url } = await serve((response) => {
    response.writeHead(307, { location: `${target.url}/persons/confirm` });
    response.end();
  });
  await expect(find(url)).rejects.toMatchObject({ code: 'register_unavailable' });
  expect(target.seen).toEqual([]);
});

test('a register that is not there is unavailable', async () => {
  await expect(find('http://127.0.0.1:9')).rejects.toMatchObject({ code: 'register_unavailable' });
});

test('the register’s token is read from its file, and a missing or strange one is refused', async () => {
  const { url, seen } = await serve(json({ result: 'confirmed' }));
  const folder = temporaryFolder();
  const config = { kind: 'http', url, timeoutSeconds: 1, tokenFile: 'register-token' } as const;
  await expect(openRegister(folder, config)).rejects.toMatchObject({
    code: 'register_unavailable',
  });
  writeFileSync(join(folder, 'register-token'), 'two words\nand a line');
  await expect(openRegister(folder, config)).rejects.toMatchObject({
    code: 'register_unavailable',
  });
  writeFileSync(join(folder, 'register-token'), 'secret-token\n');
  await (await openRegister(folder, config)).findPerson(QUERY);
  expect(seen[0]?.headers.authorization).toBe('Bearer secret-token');
});
