#!/usr/bin/env node
// Plain JavaScript that any Node reads: it starts main.ts, or says in one sentence what is missing.
import module from 'node:module';

if (process.features.typescript) {
  module.enableCompileCache();
  await import('./main.ts');
} else {
  process.stderr.write(
    `bench: error: needs Node 22.18 or newer, this is ${process.version}: start it with 'npm run bench' after 'npm ci', or install Node 24\n`,
  );
  process.exitCode = 1;
}
