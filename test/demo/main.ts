import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Narrator } from './narrator.ts';
import { playStory } from './story.ts';

const folder = mkdtempSync(join(tmpdir(), 'symbolon-demo-'));
const narrator = new Narrator();
try {
  await playStory(folder, narrator);
  narrator.end();
  narrator.say('', 'The demo ended as it should.');
} catch (error) {
  narrator.say('', `The demo failed: ${error instanceof Error ? error.message : 'unknown'}`);
  process.exitCode = 1;
} finally {
  if (process.argv.includes('--keep')) narrator.say(`The parties' folders: ${folder}`);
  else rmSync(folder, { recursive: true, force: true });
}
