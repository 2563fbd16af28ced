import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { takeFolderLock } from '../../../../issuer/store/folder-lock.ts';

const newFolder = (): Promise<string> => mkdtemp(join(tmpdir(), 'symbolon-lock-'));
const MODULE = new URL('../../../../issuer/store/folder-lock.ts', import.meta.url).href;

test('a folder has one holder at a time, within a process too', async () => {
  const folder = await newFolder();
  const first = takeFolderLock(folder);
  expect(first).toBeDefined();
  expect(takeFolderLock(folder)).toBeUndefined();
  first?.release();
  const second = takeFolderLock(folder);
  expect(second).toBeDefined();
  second?.release();
});

test('kill -9 of the holder frees the folder, and nothing has to be cleaned up', async () => {
  const folder = await newFolder();
  const code = `const { takeFolderLock } = await import(${JSON.stringify(MODULE)});
    globalThis.lock = takeFolderLock(${JSON.stringify(folder)});
    console.log(globalThis.lock === undefined ? 'refused' : 'taken');
    setInterval(() => undefined, 1000);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', code]);
  const [line] = await once(child.stdout, 'data');
  expect(String(line).trim()).toBe('taken');
  expect(takeFolderLock(folder)).toBeUndefined();
  child.kill('SIGKILL');
  await once(child, 'exit');
  const lock = takeFolderLock(folder);
  expect(lock).toBeDefined();
  lock?.release();
});

test('a folder that does not exist is an error, not a free folder', async () => {
  expect(() => takeFolderLock(join(tmpdir(), 'symbolon-no-such-folder'))).toThrow();
});
