/** How many different numbers the warm-up has. */
export const WARM_UP_MATERIAL = 300;

/**
 * A thing to measure: one operation, called with a number: from 0 on, and never twice, when it is
 * measured; from -1 down to -{@link WARM_UP_MATERIAL}, and round again, when it warms up.
 */
export type Case = {
  readonly name: string;
  /** How often in each round. */
  readonly repeat: number;
  /** How often before the first round, until it runs as fast as it will. */
  readonly warmUp: number;
  readonly run: (index: number) => unknown;
};

/** CPU microseconds per operation of each case, one value a round. */
export type Measurements = ReadonlyMap<string, readonly number[]>;

/**
 * Measures cases in turn, round by round, in one process, by the CPU time that the process used: what
 * disturbs one disturbs the others in the same round.
 */
export async function measure(cases: readonly Case[], rounds: number): Promise<Measurements> {
  const measured = new Map<string, number[]>(cases.map(({ name }) => [name, []]));
  for (const { run, warmUp } of cases) {
    for (let time = 0; time < warmUp; time += 1) await run(-1 - (time % WARM_UP_MATERIAL));
  }
  for (let round = 0; round < rounds; round += 1) {
    for (const each of cases) measured.get(each.name)?.push(await timePerOperation(each, round));
  }
  return measured;
}

async function timePerOperation({ repeat, run }: Case, round: number): Promise<number> {
  const start = process.cpuUsage();
  for (let index = round * repeat; index < (round + 1) * repeat; index += 1) await run(index);
  const { user, system } = process.cpuUsage(start);
  return (user + system) / repeat;
}

/** The middle value. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? Number.NaN)) / 2;
}

/** The median, over the rounds, of what a case costs in units of `floor`, a sum of other cases. */
export function medianRatio(
  measurements: Measurements,
  name: string,
  floor: readonly (readonly [string, number])[],
): number {
  const values = measurements.get(name) ?? [];
  return median(
    values.map((value, round) => {
      const sum = floor.reduce(
        (total, [part, times]) => total + times * (measurements.get(part)?.[round] ?? Number.NaN),
        0,
      );
      return value / sum;
    }),
  );
}
