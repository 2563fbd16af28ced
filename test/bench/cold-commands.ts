import type { ColdCommand } from './cold-start.ts';

/** The commands whose start counts: a person waits for them. */
export function createColdCommands(): readonly ColdCommand[] {
  return [{ name: 'wallet --help', argv: ['wallet-cli/start.js', '--help'], aim: 1.8 }];
}
