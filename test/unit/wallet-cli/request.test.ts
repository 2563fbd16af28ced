import { createServer, type RequestListener, type Server } from 'node:http';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, test } from 'vitest';
import { createRequest, parseLocation } from '../../../wallet-cli/network/request.ts';

const servers: Server[] = [];
afterAll(() => {
  for (const server of servers) {
    server.closeAllConnections();
    server.close();
  }
});

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new TypeError('no port');
  return `http://127.0.0.1:${address.port}`;
}

const request = createRequest({ timeLimitMs: 700 });
const get = (url: string, maxBytes = 1000) =>
  request({ method: 'GET', url, headers: {}, maxBytes });

test('gives status, media type, headers and text of an answer', async () => {
  const url = await serve((_, response) => {
    response.writeHead(201, { 'Content-Type': 'Application/JSON; charset=utf-8', 'X-One': '1' });
    response.end('{"a":"ä"}');
  });
  const answer = await get(url);
  expect(answer).toMatchObject({ status: 201, mediaType: 'application/json', body: '{"a":"ä"}' });
  expect(answer.header('x-one')).toBe('1');
  expect(answer.header('x-two')).toBeUndefined();
});

describe('only https, or http on the loopback interface', () => {
  for (const url of [
    'https://id.example',
    'https://id.example:8443/a?b=c',
    'http://127.0.0.1:8080/x',
    'http://localhost/',
    'http://[::1]:8080/',
  ]) {
    test(`may be fetched: ${url}`, () => {
      expect(parseLocation(url).href).toContain('://');
    });
  }
  for (const url of [
    'http://id.example/',
    'http://127.0.0.2/',
    'http://127.0.0.1.example/',
    'http://localhost.example/',
    'http://10.0.0.1/',
    'http://169.254.169.254/latest/meta-data',
    'http://0.0.0.0/',
    'http://[::ffff:7f00:1]/',
    'ftp://id.example/',
    'file:///etc/passwd',
    'data:application/json,{}',
    'javascript:alert(1)',
    'https://user@id.example/',
    'https://user:password@id.example/',
    'https://id.example/#fragment',
    'id.example',
    '//id.example/',
    '',
    'x'.repeat(100_000),
  ]) {
    test(`[attack 55] is refused: ${url.slice(0, 50)}`, async () => {
      await expect(get(url)).rejects.toMatchObject({
        name: 'WalletError',
        code: 'location_refused',
      });
    });
  }
});

describe('[attack 55] no redirect is followed', () => {
  for (const status of [301, 302, 303, 307, 308]) {
    for (const where of ['elsewhere', 'same host']) {
      test(`${status} to ${where}`, async () => {
        let visits = 0;
        const target = await serve((_, response) => {
          visits += 1;
          response.end('got it');
        });
        const url = await serve((incoming, response) => {
          if (incoming.url === '/next') visits += 1;
          response.writeHead(status, { location: where === 'elsewhere' ? target : '/next' });
          response.end();
        });
        await expect(get(url)).rejects.toMatchObject({ code: 'redirect_refused' });
        expect(visits).toBe(0);
      });
    }
  }
});

describe('size is bounded', () => {
  test('by what the server says it sends', async () => {
    const url = await serve((_, response) => {
      response.writeHead(200, { 'content-length': '1001' });
      response.end('x'.repeat(1001));
    });
    await expect(get(url)).rejects.toMatchObject({ code: 'response_too_large' });
  });

  test('where the server never stops sending', async () => {
    const url = await serve((_, response) => {
      const timer = setInterval(() => response.write('x'.repeat(65_536)), 1);
      response.on('close', () => clearInterval(timer));
    });
    await expect(get(url)).rejects.toMatchObject({ code: 'response_too_large' });
  });

  test('after decompression', async () => {
    const bomb = gzipSync(Buffer.alloc(50_000_000));
    const url = await serve((_, response) => {
      response.writeHead(200, { 'content-encoding': 'gzip' });
      response.end(bomb);
    });
    await expect(get(url, 100_000)).rejects.toMatchObject({ code: 'response_too_large' });
  });

  test('exactly the limit is let through', async () => {
    const url = await serve((_, response) => response.end('x'.repeat(1000)));
    await expect(get(url)).resolves.toMatchObject({ status: 200 });
  });
});

describe('time is bounded', () => {
  test('where no answer comes', async () => {
    const url = await serve(() => undefined);
    await expect(get(url)).rejects.toMatchObject({ code: 'too_slow' });
  });

  test('where the answer comes a byte at a time', async () => {
    const url = await serve((_, response) => {
      response.writeHead(200);
      const timer = setInterval(() => response.write('x'), 50);
      response.on('close', () => clearInterval(timer));
    });
    await expect(get(url)).rejects.toMatchObject({ code: 'too_slow' });
  });
});

test('a host that is not there, and one that hangs up, are unreachable', async () => {
  const url = await serve((incoming) => incoming.socket.destroy());
  for (const gone of [url, 'http://127.0.0.1:1/', 'https://host.invalid/']) {
    await expect(get(gone)).rejects.toMatchObject({ code: 'unreachable' });
  }
});

test('bytes that are not UTF-8 are refused', async () => {
  const url = await serve((_, response) => response.end(Buffer.from([0xff, 0xfe])));
  await expect(get(url)).rejects.toMatchObject({ code: 'response_unexpected' });
});
