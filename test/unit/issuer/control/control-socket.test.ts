import { mkdtemp, stat, writeFile } from 'node:fs/promises';
import { createConnection } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ControlRequest } from '@symbolon/schemas/issuer-control';
import { afterEach, describe, expect, test } from 'vitest';
import { askRunningIssuer } from '../../../../issuer/control/control-client.ts';
import {
  type ControlServer,
  openControlServer,
  type PerformControl,
} from '../../../../issuer/control/control-server.ts';
import { controlSocketPath } from '../../../../issuer/control/control-socket.ts';
import { IssuerError } from '../../../../issuer/error.ts';

const servers: ControlServer[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) await server.close();
});

const newFolder = (): Promise<string> => mkdtemp(join(tmpdir(), 'symbolon-control-'));

async function open(
  perform: PerformControl,
): Promise<{ folder: string; faults: unknown[]; server: ControlServer }> {
  const folder = await newFolder();
  const faults: unknown[] = [];
  const server = await openControlServer(folder, perform, (error) => faults.push(error));
  servers.push(server);
  return { folder, faults, server };
}

/** Writes bytes to the socket and reads until it closes. */
function exchange(folder: string, bytes: string | Buffer): Promise<string> {
  return new Promise((resolve) => {
    let text = '';
    const socket = createConnection(controlSocketPath(folder), () => socket.write(bytes));
    socket.on('data', (chunk) => {
      text += String(chunk);
    });
    socket.on('error', () => undefined);
    socket.on('close', () => resolve(text));
  });
}

test('a request reaches the service, and its result comes back', async () => {
  const seen: ControlRequest[] = [];
  const { folder } = await open(async (request) => {
    seen.push(request);
    return { bundle: 'eyJ', sequence: 7 };
  });
  expect(await askRunningIssuer(folder, { action: 'bundle' })).toEqual({
    bundle: 'eyJ',
    sequence: 7,
  });
  expect(seen).toEqual([{ action: 'bundle' }]);
});

test('[attack 99] the socket is for its owner only', async () => {
  const { folder } = await open(async () => ({}));
  expect((await stat(controlSocketPath(folder))).mode & 0o777).toBe(0o600);
});

test('an answer of several megabytes arrives whole', async () => {
  const bundle = 'a'.repeat(5_000_000);
  const { folder } = await open(async () => ({ bundle }));
  expect(await askRunningIssuer(folder, { action: 'bundle' })).toEqual({ bundle });
});

test('a refusal arrives with its code, message and hint', async () => {
  const { folder } = await open(async () => {
    throw new IssuerError('relying_party_unknown', 'no relying party has this id', {
      hint: 'look at the list',
    });
  });
  const asked = askRunningIssuer(folder, { action: 'relying_party_revoke', id: 'x' });
  await expect(asked).rejects.toMatchObject({
    name: 'RemoteRefusal',
    code: 'relying_party_unknown',
    message: 'no relying party has this id',
    hint: 'look at the list',
  });
});

test('a fault of ours is told to the service alone', async () => {
  const { folder, faults } = await open(async () => {
    throw new Error('with a secret in it');
  });
  const text = await exchange(folder, '{"action":"health"}\n');
  expect(text).not.toContain('secret');
  expect(JSON.parse(text)).toMatchObject({ error: { code: 'internal_error' } });
  expect(faults).toHaveLength(1);
  await expect(askRunningIssuer(folder, { action: 'health' })).rejects.not.toHaveProperty('code');
});

test('where no service runs there is no answer, also when a killed one left its socket', async () => {
  const folder = await newFolder();
  expect(await askRunningIssuer(folder, { action: 'health' })).toBeUndefined();
  await writeFile(controlSocketPath(folder), '');
  expect(await askRunningIssuer(folder, { action: 'health' })).toBeUndefined();
  const server = await openControlServer(
    folder,
    async () => ({}),
    () => undefined,
  );
  servers.push(server);
  expect(await askRunningIssuer(folder, { action: 'health' })).toEqual({});
});

test('closing finishes the request under way and removes the socket', async () => {
  let finish = (): void => undefined;
  let begin = (): void => undefined;
  const begun = new Promise<void>((resolve) => {
    begin = resolve;
  });
  const { folder, server } = await open(async () => {
    begin();
    await new Promise<void>((resolve) => {
      finish = resolve;
    });
    return { done: true };
  });
  const asked = askRunningIssuer(folder, { action: 'health' });
  await begun;
  const closed = server.close();
  finish();
  expect(await asked).toEqual({ done: true });
  await closed;
  await expect(stat(controlSocketPath(folder))).rejects.toMatchObject({ code: 'ENOENT' });
});

describe('what is not a request performs nothing', () => {
  const cases: readonly (readonly [name: string, bytes: string | Buffer, code: string])[] = [
    ['an empty line', '\n', 'malformed'],
    ['not JSON', 'offer please\n', 'malformed'],
    ['an array', '[]\n', 'malformed'],
    ['null', 'null\n', 'malformed'],
    ['no action', '{}\n', 'malformed'],
    ['an unknown action', '{"action":"export_keys"}\n', 'malformed'],
    ['an unknown member', '{"action":"bundle","force":true}\n', 'malformed'],
    ['a member of the wrong type', '{"action":"bundle","issued_at":"now"}\n', 'malformed'],
    ['a doubled member', '{"action":"health","action":"bundle"}\n', 'malformed'],
    [
      '__proto__',
      '{"action":"enrol","operator":"o","record":{"__proto__":{"a":1}}}\n',
      'malformed',
    ],
    [
      '[attack 115] an id that is no id',
      '{"action":"relying_party_revoke","id":"../../x"}\n',
      'malformed',
    ],
    [
      'an empty reason',
      '{"action":"change_status","id":"a","change":"revoke","reason":""}\n',
      'malformed',
    ],
    [
      'deep nesting',
      `{"action":"enrol","operator":"o","record":${'{"a":'.repeat(200)}1${'}'.repeat(200)}}\n`,
      'malformed',
    ],
    ['two lines at once', '{"action":"health"}\n{"action":"health"}\n', 'request_invalid'],
    ['bytes that are not UTF-8', Buffer.from([0x7b, 0xff, 0x7d, 0x0a]), 'request_invalid'],
    ['10 MB without an end', Buffer.alloc(10_000_000, 0x20), 'request_invalid'],
  ];
  for (const [name, bytes, code] of cases) {
    test(name, async () => {
      const performed: ControlRequest[] = [];
      const { folder, faults } = await open(async (request) => {
        performed.push(request);
        return {};
      });
      const text = await exchange(folder, bytes);
      // A peer that is still writing may not get to read the refusal; it gets no result either.
      if (text !== '') expect(JSON.parse(text)).toMatchObject({ error: { code } });
      else expect(bytes.length).toBeGreaterThan(1_000_000);
      expect(performed).toEqual([]);
      expect(faults).toEqual([]);
    });
  }
});

test('a folder whose path is too long for a socket is refused with the reason', () => {
  expect(() => controlSocketPath(`/tmp/${'long-'.repeat(30)}`)).toThrow(
    expect.objectContaining({ name: 'IssuerError', code: 'folder_unusable' }),
  );
});
