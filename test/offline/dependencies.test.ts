import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';

/** Everything of others that an offline verifier has to be trusted with, and why it is there. */
const CHOSEN: Readonly<Record<string, string>> = {
  '@clack/prompts': 'asks at the terminal',
  '@hpke/core': 'seals answers, for a holder; opening them takes our own few lines',
  '@peculiar/x509': 'reads certificates, at import of a bundle',
  'did-resolver': 'parses DIDs; our own registry behind it is offline',
  fflate: 'inflates, in a browser',
  qr: 'draws QR codes',
  'reflect-metadata': 'wanted by @peculiar/x509',
  valibot: 'checks shapes',
  'zxing-wasm': 'reads QR codes in pictures',
};

/** What those bring along. */
const BROUGHT: Readonly<Record<string, readonly string[]>> = {
  '@clack/prompts': [
    '@clack/core',
    'fast-string-truncated-width',
    'fast-string-width',
    'fast-wrap-ansi',
    'sisteransi',
  ],
  '@hpke/core': ['@hpke/common'],
  '@peculiar/x509': [
    '@peculiar/asn1-asym-key',
    '@peculiar/asn1-cms',
    '@peculiar/asn1-csr',
    '@peculiar/asn1-ecc',
    '@peculiar/asn1-pfx',
    '@peculiar/asn1-pkcs8',
    '@peculiar/asn1-pkcs9',
    '@peculiar/asn1-rsa',
    '@peculiar/asn1-schema',
    '@peculiar/asn1-x509',
    '@peculiar/asn1-x509-attr',
    '@peculiar/asn1-x509-post-quantum',
    '@peculiar/utils',
    'asn1js',
    'pvtsutils',
    'pvutils',
    'tslib',
    'tsyringe',
  ],
  'zxing-wasm': ['@types/emscripten', 'tagged-tag', 'type-fest'],
};

type Manifest = { readonly dependencies: Readonly<Record<string, string>> };

function manifestOf(folder: string): Manifest {
  const value: unknown = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const found = Object(value).dependencies;
  return { dependencies: { ...Object(found) } };
}

/** As Node looks: in each node_modules above, and a workspace through its link. */
function folderOf(name: string, from: string): string {
  for (let at = from; ; at = dirname(at)) {
    const folder = join(at, 'node_modules', name);
    if (existsSync(join(folder, 'package.json'))) return folder;
    if (dirname(at) === at) throw new Error(`${name} is not installed`);
  }
}

/** What `npm ls -w verifier --omit=dev --all` lists, worked out from the manifests. */
function dependenciesOf(folder: string, seen = new Set<string>()): ReadonlySet<string> {
  for (const name of Object.keys(manifestOf(folder).dependencies)) {
    if (seen.has(name)) continue;
    seen.add(name);
    dependenciesOf(folderOf(name, folder), seen);
  }
  return seen;
}

test('threat 28: the verifier depends on these packages and no other', () => {
  const all = [...dependenciesOf(join(process.cwd(), 'verifier'))];
  expect(all.filter((name) => name.startsWith('@symbolon/')).sort()).toEqual([
    '@symbolon/credentials',
    '@symbolon/presentation',
    '@symbolon/schemas',
    '@symbolon/terminal',
    '@symbolon/trust',
  ]);
  const others = all.filter((name) => !name.startsWith('@symbolon/')).sort();
  console.log(others.join('\n'));
  expect(others).toEqual([...Object.keys(CHOSEN), ...Object.values(BROUGHT).flat()].sort());
});
