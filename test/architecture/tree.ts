import { cpSync, mkdtempSync, readdirSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

/** The workspaces, in the order of the arrows. */
export const FOLDERS = [
  'schemas',
  'credentials',
  'trust',
  'presentation',
  'terminal',
  'issuer',
  'wallet-cli',
  'verifier',
];

const CONFIGURATION = [
  'package.json',
  'biome.json',
  'json.d.ts',
  'tsconfig.base.json',
  'tsconfig.json',
  'tsconfig.core.json',
];

/** Source files of one workspace, relative to it. */
export function sourceFiles(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(
    (file) => file.endsWith('.ts') && !file.includes('node_modules'),
  );
}

/** Copies the tree to a new temporary folder whose workspaces link to the copy. */
export function copyTree(): string {
  const copy = mkdtempSync(join(tmpdir(), 'planted-'));
  for (const entry of [...CONFIGURATION, ...FOLDERS]) {
    cpSync(entry, join(copy, entry), { recursive: true });
  }
  cpSync('node_modules/@symbolon', join(copy, 'node_modules/@symbolon'), {
    recursive: true,
    verbatimSymlinks: true,
  });
  for (const entry of readdirSync('node_modules').filter((name) => name !== '@symbolon')) {
    symlinkSync(resolve('node_modules', entry), join(copy, 'node_modules', entry));
  }
  return copy;
}
