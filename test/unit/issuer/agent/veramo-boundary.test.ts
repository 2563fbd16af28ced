import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const ROOT = fileURLToPath(new URL('../../../../', import.meta.url));
const FOLDERS = [
  'schemas',
  'credentials',
  'trust',
  'presentation',
  'terminal',
  'issuer',
  'verifier',
  'wallet-cli',
];

const sources = FOLDERS.flatMap((folder) =>
  globSync(`${folder}/**/*.{ts,js}`, { cwd: ROOT, exclude: (name) => name === 'node_modules' }),
);
const importing = (pattern: RegExp): string[] =>
  sources.filter((path) => pattern.test(readFileSync(`${ROOT}${path}`, 'utf8')));

test('Veramo is imported in issuer/agent and nowhere else', () => {
  const importers = importing(/from '@veramo\/|import\('@veramo\//);
  expect(importers.length).toBeGreaterThan(2);
  expect(importers.filter((path) => !path.startsWith('issuer/agent/'))).toEqual([]);
});

test('no type of Veramo is reachable from what issuer/agent offers the rest of the issuer', () => {
  expect(readFileSync(`${ROOT}issuer/agent/contract.ts`, 'utf8')).not.toMatch(/veramo/i);
  const offered = importing(/from '\.{1,2}\/(?:\.\.\/)*agent\//).filter(
    (path) => !path.startsWith('issuer/agent/'),
  );
  expect(offered.length).toBeGreaterThan(2);
  for (const path of offered) {
    expect(readFileSync(`${ROOT}${path}`, 'utf8'), path).not.toMatch(/agent\/(?:veramo|vault)-/);
  }
});

test('Veramo verifies nothing: its presentation and credential checks are called nowhere', () => {
  expect(importing(/\.(?:verifyPresentation|verifyCredential)\(/)).toEqual([]);
});

for (const folder of ['verifier', 'wallet-cli', 'presentation', 'trust', 'credentials']) {
  test(`${folder} does not depend on Veramo`, () => {
    expect(readFileSync(`${ROOT}${folder}/package.json`, 'utf8')).not.toContain('@veramo/');
  });
}
