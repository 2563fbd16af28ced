import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { beforeAll, expect, test } from 'vitest';

/** Modules of Node by which something could leave the machine, or another process be asked to. */
const NETWORK = [
  'child_process',
  'cluster',
  'dgram',
  'dns',
  'dns/promises',
  'http',
  'http2',
  'https',
  'inspector',
  'inspector/promises',
  'net',
  'tls',
  'worker_threads',
];

/** Node's modules that the verifier may reach; everything else is a question. */
const ALLOWED = [
  'buffer',
  'crypto',
  'events',
  'fs',
  'fs/promises',
  'module',
  'os',
  'path',
  'process',
  'readline',
  'stream',
  'tty',
  'url',
  'util',
  'zlib',
];

type Inputs = Readonly<
  Record<
    string,
    { readonly imports: readonly { path: string; external?: boolean; kind: string }[] }
  >
>;
let inputs: Inputs;

/** Every file that a verifier's process can ever load, libraries and lazy imports included. */
async function graphOf(entry: string): Promise<Inputs> {
  const { metafile } = await build({
    entryPoints: [entry],
    bundle: true,
    write: false,
    metafile: true,
    outdir: 'unused',
    platform: 'node',
    format: 'esm',
    logLevel: 'silent',
    loader: { '.wasm': 'empty' },
  });
  return metafile.inputs;
}

const builtinsOf = (graph: Inputs) => {
  const external = Object.values(graph).flatMap(({ imports }) =>
    imports.flatMap(({ path, external: isExternal }) => (isExternal === true ? [path] : [])),
  );
  return [...new Set(external.map((path) => path.replace(/^node:/, '')))].sort();
};

beforeAll(async () => {
  inputs = await graphOf('verifier/cli/start.js');
});

test('the graph holds the whole program: every command, every library', () => {
  const files = Object.keys(inputs);
  for (const part of [
    'verifier/cli/commands/check.ts',
    'verifier/cli/commands/doctor.ts',
    'presentation/judge/verdict.ts',
    'trust/certificates/index.ts',
    'node_modules/@hpke/core/',
    'node_modules/@peculiar/x509/',
    'node_modules/zxing-wasm/',
    'node_modules/@clack/prompts/',
  ]) {
    expect(
      files.some((file) => file.includes(part)),
      part,
    ).toBe(true);
  }
});

test('no network module of Node is reachable from the verifier, libraries included', () => {
  const reached = builtinsOf(inputs);
  expect(reached).toContain('crypto');
  expect(reached.filter((name) => NETWORK.includes(name))).toEqual([]);
  expect(reached.filter((name) => !ALLOWED.includes(name))).toEqual([]);
});

test('the look sees: a network module behind two lazy imports is found', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'planted-'));
  writeFileSync(join(folder, 'a.js'), "export const a = () => import('./b.js');");
  writeFileSync(join(folder, 'b.js'), "const net = require('net'); export const b = net;");
  expect(builtinsOf(await graphOf(join(folder, 'a.js')))).toEqual(['net']);
});

test('no file names a global that reaches a network, but the loader that is handed its module', () => {
  const globals = /\b(?:fetch|importScripts)\s*\(|\b(?:XMLHttpRequest|WebSocket|EventSource)\b/;
  const naming = Object.keys(inputs).filter((file) => globals.test(readFileSync(file, 'utf8')));
  // It would fetch its WebAssembly; `readQrPicture` requires it as bytes.
  expect(naming.map((file) => file.replace(/.*node_modules\//, ''))).toEqual([
    expect.stringMatching(/^zxing-wasm\/dist\/es\/.*\.js$/),
  ]);
});

test('no app of ours but the verifier is in its graph', () => {
  const ours = Object.keys(inputs).filter((file) => !file.includes('node_modules'));
  const folders = new Set(ours.map((file) => file.split('/')[0]));
  expect([...folders].sort()).toEqual([
    'credentials',
    'presentation',
    'schemas',
    'terminal',
    'trust',
    'verifier',
  ]);
});
