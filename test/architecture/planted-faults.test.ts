import { spawnSync } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { copyTree } from './tree.ts';

/** One fault per file: where it is planted, which rule must see it, and the fault. */
const LINT_FAULTS: readonly (readonly [file: string, rule: string, source: string])[] = [
  [
    'verifier/app-imports-app.ts',
    'correctness/noUndeclaredDependencies',
    `import { openIssuer } from '@symbolon/issuer';\n\nexport const app = openIssuer;\n`,
  ],
  [
    'verifier/folder-by-path.ts',
    'style/noRestrictedImports',
    `import { openIssuer } from '../issuer/index.ts';\n\nexport const app = openIssuer;\n`,
  ],
  [
    'issuer/http/folder-by-path.ts',
    'style/noRestrictedImports',
    `import { TrustError } from '../../trust/index.ts';\n\nexport const refused = TrustError;\n`,
  ],
  [
    'verifier/network-module.ts',
    'style/noRestrictedImports',
    `import { request } from 'node:http';\n\nexport const send = request;\n`,
  ],
  [
    'terminal/network-module.ts',
    'style/noRestrictedImports',
    `import { connect } from 'node:net';\n\nexport const send = connect;\n`,
  ],
  [
    'presentation/clock-in-core.ts',
    'style/noRestrictedGlobals',
    'export const nowSeconds = (): number => Math.floor(Date.now() / 1000);\n',
  ],
  [
    'wallet-cli/veramo-outside-agent.ts',
    'style/noRestrictedImports',
    `import { createAgent } from '@veramo/core';\n\nexport const make = createAgent;\n`,
  ],
  [
    'verifier/network-global.ts',
    'style/noRestrictedGlobals',
    `export const load = (): Promise<Response> => fetch('https://issuer.example');\n`,
  ],
  [
    'credentials/node-in-core.ts',
    'style/noRestrictedImports',
    `import { randomBytes } from 'node:crypto';\n\nexport const salt = randomBytes;\n`,
  ],
  [
    'trust/clock-in-core.ts',
    'style/noRestrictedGlobals',
    'export const nowSeconds = (): number => Math.floor(Date.now() / 1000);\n',
  ],
  [
    'trust/format-in-trust.ts',
    'style/noRestrictedImports',
    `import { parseSdJwt } from '@symbolon/credentials';\n\nexport const parse = parseSdJwt;\n`,
  ],
  [
    'issuer/veramo-outside-agent.ts',
    'style/noRestrictedImports',
    `import { createAgent } from '@veramo/core';\n\nexport const make = createAgent;\n`,
  ],
  [
    'issuer/http/driver-outside-store.ts',
    'style/noRestrictedImports',
    `import Database from 'better-sqlite3';\n\nexport const database = new Database(':memory:');\n`,
  ],
  [
    'issuer/issuance/built-in-driver-outside-store.ts',
    'style/noRestrictedImports',
    `import { DatabaseSync } from 'node:sqlite';\n\nexport const database = new DatabaseSync(':memory:');\n`,
  ],
  [
    'verifier/floating-promise.ts',
    'nursery/noFloatingPromises',
    `import { sha256 } from '@symbolon/credentials/crypto';\n\nexport function run(): void {\n  sha256(new Uint8Array());\n}\n`,
  ],
  [
    'verifier/promise-as-condition.ts',
    'nursery/noMisusedPromises',
    `async function check(): Promise<boolean> {\n  return false;\n}\n\nexport function run(): string {\n  if (check()) {\n    return 'accepted';\n  }\n  return 'rejected';\n}\n`,
  ],
  [
    'trust/cycle-a.ts',
    'suspicious/noImportCycles',
    `import { b } from './cycle-b.ts';\n\nexport const a = (): number => b() + 1;\n`,
  ],
  [
    'trust/cycle-b.ts',
    'suspicious/noImportCycles',
    `import { a } from './cycle-a.ts';\n\nexport const b = (): number => a() + 1;\n`,
  ],
  ['trust/default-export.ts', 'style/noDefaultExport', 'export default function go(): void {}\n'],
  ['trust/any.ts', 'suspicious/noExplicitAny', 'export type Loose = any;\n'],
  [
    'trust/console.ts',
    'suspicious/noConsole',
    `export function go(): void {\n  console.log('x');\n}\n`,
  ],
  [
    'trust/non-null.ts',
    'style/noNonNullAssertion',
    'export const first = (xs: number[]): number => xs[0]!;\n',
  ],
  [
    'trust/throw-string.ts',
    'style/useThrowOnlyError',
    `export function go(): void {\n  throw 'no';\n}\n`,
  ],
  [
    'trust/dropped-error.ts',
    'correctness/noUnusedInstantiation',
    `export function go(failed: boolean): void {\n  if (failed) {\n    new Error('dropped');\n  }\n}\n`,
  ],
  [
    'trust/unsafe-assertion.ts',
    'nursery/noUnsafeTypeAssertion',
    `type Offer = { issuer: string };\nexport const parse = (text: string): Offer => JSON.parse(text) as Offer;\n`,
  ],
  [
    'trust/no-return-type.ts',
    'nursery/useExplicitReturnType',
    'export function parse(text: string) {\n  return text.length;\n}\n',
  ],
  [
    'trust/switch-not-exhaustive.ts',
    'nursery/useExhaustiveSwitchCases',
    `type Outcome = 'accepted' | 'rejected';\nexport function word(outcome: Outcome): string {\n  switch (outcome) {\n    case 'accepted':\n      return 'yes';\n  }\n  return 'no';\n}\n`,
  ],
  [
    'trust/js-ending.ts',
    'correctness/useImportExtensions',
    `import { TrustError } from './error.js';\n\nexport const refused = TrustError;\n`,
  ],
  ['trust/fileName.ts', 'style/useFilenamingConvention', 'export const x = 1;\n'],
  ['trust/export-star.ts', 'performance/noReExportAll', `export * from './error.ts';\n`],
  [
    'trust/long-function.ts',
    'complexity/noExcessiveLinesPerFunction',
    `export function f(a: number): number {\n  let b = a;\n${'  b += 1;\n'.repeat(60)}  return b;\n}\n`,
  ],
  [
    'trust/five-parameters.ts',
    'complexity/useMaxParams',
    'export const f = (a: number, b: number, c: number, d: number, e: number): number => a + b + c + d + e;\n',
  ],
];

/** Faults that the compiler must see: where, which configuration, which message. */
const TYPE_FAULTS: readonly (readonly [file: string, project: string, code: string, string])[] = [
  ['schemas/buffer.ts', 'tsconfig.core.json', 'TS2591', `export const b = Buffer.from('');\n`],
  ['trust/process.ts', 'tsconfig.core.json', 'TS2591', 'export const e = process.env;\n'],
  [
    'issuer/unparsed.ts',
    'tsconfig.json',
    'TS2322',
    'export const parse = (text: string): { id: string } => JSON.parse(text);\n',
  ],
  ['trust/enum.ts', 'tsconfig.json', 'TS1294', 'export enum Outcome {\n  Accepted,\n}\n'],
  [
    'trust/parameter-property.ts',
    'tsconfig.json',
    'TS1294',
    'export class Held {\n  constructor(readonly key: string) {}\n}\n',
  ],
  [
    'trust/no-ending.ts',
    'tsconfig.json',
    'TS2835',
    `import { TrustError } from './error';\n\nexport const refused = TrustError;\n`,
  ],
];

let tree: string;
let lint: string;

const run = (command: string, ...args: string[]) => {
  const { stdout } = spawnSync(join('node_modules', '.bin', command), args, {
    cwd: tree,
    encoding: 'utf8',
  });
  return stdout;
};

beforeAll(() => {
  tree = copyTree();
  for (const [file, , source] of LINT_FAULTS) writeFileSync(join(tree, file), source);
  lint = run('biome', 'lint', '--vcs-enabled=false', '--reporter=github', '--max-diagnostics=none');
});

afterAll(() => rmSync(tree, { recursive: true }));

describe('the linter bites', () => {
  for (const [file, rule] of LINT_FAULTS) {
    test(`${file} breaks ${rule}`, () => {
      const lines = lint.split('\n').filter((line) => line.includes(`${file},`));
      expect(lines.some((line) => line.includes(`title=lint/${rule},`))).toBe(true);
    });
  }

  test('and only where a fault was planted', () => {
    const planted = LINT_FAULTS.map(([file]) => file);
    const elsewhere = lint
      .split('\n')
      .filter((line) => line.startsWith('::error') && !planted.some((f) => line.includes(`${f},`)));
    expect(elsewhere).toEqual([]);
  });
});

describe('the compiler bites', () => {
  beforeAll(() => {
    for (const [file] of LINT_FAULTS) rmSync(join(tree, file));
    for (const [file, , , source] of TYPE_FAULTS) writeFileSync(join(tree, file), source);
  });

  for (const project of ['tsconfig.core.json', 'tsconfig.json']) {
    test(`with ${project}`, () => {
      const output = run('tsc', '-p', project, '--pretty', 'false');
      for (const [file, where, code] of TYPE_FAULTS.filter(([, where]) => where === project)) {
        expect(output, `${where} must refuse ${file}`).toMatch(
          new RegExp(`^${file}\\(\\d+,\\d+\\): error ${code}:`, 'm'),
        );
      }
    });
  }
});
