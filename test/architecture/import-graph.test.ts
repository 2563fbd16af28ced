import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { FOLDERS, sourceFiles } from './tree.ts';

const IMPORT = /(?:\bfrom|\bimport\(?|\bimport\.meta\.resolve\()\s*'([\w@/.:#-]+)'/g;

/** What a workspace's source imports from outside it, sorted: our own subpaths and libraries. */
function importsOf(folder: string) {
  const specifiers = sourceFiles(folder).flatMap((file) =>
    [...readFileSync(`${folder}/${file}`, 'utf8').matchAll(IMPORT)].map(([, from = '']) => from),
  );
  const outside = [...new Set(specifiers)].filter(
    (from) => !from.startsWith('.') && !from.startsWith('#') && !from.startsWith('node:'),
  );
  const ours = outside.filter((from) => from.startsWith('@symbolon/')).sort();
  const libraries = outside.filter((from) => !from.startsWith('@symbolon/')).map(packageName);
  return { ours, libraries: [...new Set(libraries)].sort() };
}

function packageName(specifier: string) {
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
}

function dependenciesOf(folder: string) {
  const manifest = JSON.parse(readFileSync(`${folder}/package.json`, 'utf8'));
  if (typeof manifest !== 'object' || manifest === null || !('dependencies' in manifest)) return [];
  return Object.keys(manifest.dependencies ?? {}).sort();
}

/** The rows of ARCHITECTURE.md's table of imports. */
function documented() {
  const rows = readFileSync('ARCHITECTURE.md', 'utf8').matchAll(
    /^\| `([\w-]+)\/` \| ([^|]*) \| ([^|]*) \|$/gm,
  );
  const names = (cell: string) => [...cell.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name);
  return new Map(
    [...rows].map(([, folder = '', ours = '', libraries = '']) => [
      folder,
      { ours: names(ours).map((name) => `@symbolon/${name}`), libraries: names(libraries) },
    ]),
  );
}

test('ARCHITECTURE.md names every workspace', () => {
  expect([...documented().keys()].sort()).toEqual([...FOLDERS].sort());
});

for (const folder of FOLDERS) {
  test(`${folder}/ imports what ARCHITECTURE.md says, and nothing else`, () => {
    expect(documented().get(folder)).toEqual(importsOf(folder));
  });

  test(`${folder}/package.json names what is imported, and nothing else`, () => {
    const { ours, libraries } = importsOf(folder);
    const expected = [...new Set([...ours.map(packageName), ...libraries])].sort();
    expect(dependenciesOf(folder)).toEqual(expected);
  });
}

const ARROWS: Readonly<Record<string, readonly string[]>> = {
  schemas: [],
  credentials: ['schemas'],
  trust: ['schemas', 'credentials'],
  presentation: ['schemas', 'credentials', 'trust'],
  terminal: ['schemas'],
  issuer: ['schemas', 'credentials', 'trust', 'presentation', 'terminal'],
  'wallet-cli': ['schemas', 'credentials', 'trust', 'presentation', 'terminal'],
  verifier: ['schemas', 'credentials', 'trust', 'presentation', 'terminal'],
};

test('arrows point one way: no app imports an app, and core imports no app', () => {
  for (const folder of FOLDERS) {
    const imported = importsOf(folder).ours.map((name) => packageName(name).slice(10));
    expect(imported.filter((name) => !ARROWS[folder]?.includes(name))).toEqual([]);
  }
});
