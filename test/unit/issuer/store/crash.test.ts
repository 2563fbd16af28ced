import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openSqliteStore } from '../../../../issuer/store/sqlite-store.ts';
import { addEnrolment, temporaryFolder } from '../support/issuer-parts.ts';

const WRITER = new URL('./crash-writer.ts', import.meta.url).pathname;
const now = () => Math.floor(Date.now() / 1000);

/** Runs the writer until it has acknowledged so many, then kills it without a warning. */
async function writeAndKill(path: string, enrolmentId: string, count: number): Promise<string[]> {
  const child = spawn(process.execPath, [WRITER, path, enrolmentId]);
  let [output, errors] = ['', ''];
  child.stdout.on('data', (chunk) => {
    output += chunk;
    if (output.split('\n').length > count) child.kill('SIGKILL');
  });
  child.stderr.on('data', (chunk) => {
    errors += chunk;
  });
  const signal = await new Promise((resolve) => {
    child.on('close', (_code, by) => resolve(by));
  });
  expect(signal, errors).toBe('SIGKILL');
  // What follows the last line break was not acknowledged whole.
  return output.split('\n').slice(0, -1);
}

test('kill -9 loses no acknowledged record and gives no status index twice', async () => {
  const path = join(temporaryFolder(), 'issuer.db');
  const store = openSqliteStore(path, { now });
  const enrolmentId = await addEnrolment(store);
  await store.close();
  const acknowledged: string[] = [];
  for (const count of [40, 300, 700]) {
    acknowledged.push(...(await writeAndKill(path, enrolmentId, count)));
  }
  expect(acknowledged.length).toBeGreaterThan(1_000);
  const again = openSqliteStore(path, { now });
  const stored = new Map(
    (await again.getIssuances(enrolmentId)).map(({ issuanceId, sealedCredentials }) => [
      issuanceId,
      new TextDecoder().decode(sealedCredentials),
    ]),
  );
  await again.close();
  for (const line of acknowledged) {
    const [issuanceId = '', ...index] = line.split(' ');
    expect(stored.get(issuanceId)).toBe(index.join(' '));
  }
  expect(new Set(stored.values()).size).toBe(stored.size);
});
