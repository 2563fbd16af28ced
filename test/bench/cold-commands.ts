import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ask, makeDesk } from '../support/desk.ts';
import { answer, framesOf } from '../support/holder.ts';
import { createWorld } from '../support/world.ts';
import type { ColdCommand } from './cold-start.ts';

/** The commands whose start counts: a person waits for them. */
export async function createColdCommands(): Promise<readonly ColdCommand[]> {
  return [
    { name: 'wallet --help', argv: ['wallet-cli/start.js', '--help'], aim: 1.8 },
    await verifierCheck(),
  ];
}

/** One desk; each run gets a request of its own, since a check that accepts uses one up. */
async function verifierCheck(): Promise<ColdCommand> {
  const world = await createWorld(Math.floor(Date.now() / 1000));
  const desk = await makeDesk(world);
  const answerFile = join(desk.home, '..', 'answer.txt');
  return {
    name: 'verifier check',
    argv: ['verifier/cli/start.js', 'check', answerFile],
    env: { SYMBOLON_HOME: desk.home },
    prepare: async () => {
      const request = await ask(world, desk);
      await writeFile(answerFile, framesOf(request, await answer(world, request)));
    },
    aim: 4,
  };
}
