import { spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { median } from './measure.ts';

/** A command whose start is measured. */
export type ColdCommand = {
  readonly name: string;
  /** What Node is called with. */
  readonly argv: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Puts back what a run uses up; not measured. */
  readonly prepare?: () => Promise<void>;
  /** In units of `node -e 0`. */
  readonly aim: number;
};

/** What a command costs, in its second run and later: the compile cache is warm then. */
export type ColdRow = {
  readonly name: string;
  readonly aim: number;
  readonly milliseconds: number;
  readonly ratio: number;
};

const NOTHING: ColdCommand = { name: 'node -e 0', argv: ['-e', '0'], aim: 1 };
const REPORT_CPU = `process.on('exit', () => {
  const { user, system } = process.cpuUsage();
  require('node:fs').writeSync(3, String(user + system));
});`;

/** Measures commands in turn, each as a process of its own, by the CPU time that it reports. */
export async function measureColdStarts(
  commands: readonly ColdCommand[],
  rounds: number,
): Promise<readonly ColdRow[]> {
  const folder = await mkdtemp(join(tmpdir(), 'symbolon-bench-'));
  const hook = join(folder, 'report-cpu.cjs');
  await writeFile(hook, REPORT_CPU);
  const all = [NOTHING, ...commands];
  const measured = all.map((): number[] => []);
  for (let round = -1; round < rounds; round += 1) {
    for (const [index, command] of all.entries()) {
      await command.prepare?.();
      const milliseconds = run(command, hook);
      if (round >= 0) measured[index]?.push(milliseconds);
    }
  }
  await rm(folder, { recursive: true });
  const [floor = []] = measured;
  return all.map(({ name, aim }, index) => {
    const values = measured[index] ?? [];
    const ratio = median(values.map((value, round) => value / (floor[round] ?? Number.NaN)));
    return { name, aim, milliseconds: median(values), ratio };
  });
}

function run({ name, argv, env = {} }: ColdCommand, hook: string): number {
  const { output, status } = spawnSync(process.execPath, ['--require', hook, ...argv], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'ignore', 'pipe', 'pipe'],
    encoding: 'utf8',
  });
  const microseconds = Number(output[3]);
  if (status !== 0 || !(microseconds > 0)) {
    throw new Error(`'${name}' ended with ${status}: ${output[2]}`);
  }
  return microseconds / 1000;
}
