#!/usr/bin/env node
// Plain JavaScript that any Node reads: it starts main.ts, or says in one sentence what is missing.
import { readFileSync } from 'node:fs';
import module from 'node:module';

if (process.features.typescript) {
  module.enableCompileCache();
  shortenResolution();
  await import('./main.ts');
} else {
  process.stderr.write(
    `verifier: error: needs Node 22.18 or newer, this is ${process.version}: start it with 'npm run verifier' after 'npm ci', or install Node 24\n`,
  );
  process.exitCode = 1;
}

// Our relative imports name their file exactly, our packages stand side by side, and Node's own
// modules are where they are: looking each of them up in the file system takes a third of a start.
function shortenResolution() {
  const parent = new URL('../../', import.meta.url);
  /** @type {Map<string, Record<string, string>>} */
  const exportsByPackage = new Map();
  /** @type {(name: string) => Record<string, string>} */
  const exportsOf = (name) => {
    const known = exportsByPackage.get(name);
    if (known !== undefined) return known;
    let found = {};
    try {
      const manifest = readFileSync(new URL(`${name}/package.json`, parent), 'utf8');
      found = /** @type {{ exports: Record<string, string> }} */ (JSON.parse(manifest)).exports;
    } catch {
      // Not beside this package: Node finds it, or says that it is missing.
    }
    exportsByPackage.set(name, found);
    return found;
  };
  module.registerHooks?.({
    resolve(specifier, context, nextResolve) {
      if (specifier.startsWith('node:')) {
        return { url: specifier, format: 'builtin', shortCircuit: true };
      }
      if (specifier.startsWith('.') && specifier.endsWith('.ts')) {
        const { href } = new URL(specifier, context.parentURL);
        return { url: href, format: 'module-typescript', shortCircuit: true };
      }
      if (!specifier.startsWith('@symbolon/')) return nextResolve(specifier, context);
      const [, name = '', ...path] = specifier.split('/');
      const file = exportsOf(name)[['.', ...path].join('/')];
      if (!file?.endsWith('.ts')) return nextResolve(specifier, context);
      const { href } = new URL(file, new URL(`${name}/`, parent));
      return { url: href, format: 'module-typescript', shortCircuit: true };
    },
  });
}
