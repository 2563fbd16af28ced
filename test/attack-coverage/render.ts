import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ATTACK_ROWS, type AttackRow } from './attack-rows.ts';

/** A test that names a row of the checklist in its title. */
type CoveringTest = { readonly file: string; readonly title: string };

/** A title, or a part of one in a table of cases: a string that names a row. */
const TITLE = /(['"`])((?:\\.|(?!\1)[^\n])*\[attack [\d, ]+\](?:\\.|(?!\1)[^\n])*)\1/g;

/** Tests by the row numbers that their titles name, as `[attack 19]` or `[attack 19, 21]`. */
function findCoveringTests(): ReadonlyMap<number, readonly CoveringTest[]> {
  const tests = new Map<number, CoveringTest[]>();
  const files = readdirSync('test', { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.test.ts'))
    .sort();
  for (const file of files) {
    for (const [, , title = ''] of readFileSync(join('test', file), 'utf8').matchAll(TITLE)) {
      for (const [, numbers = ''] of title.matchAll(/\[attack ([\d, ]+)\]/g)) {
        for (const number of numbers.split(',').map(Number)) {
          tests.set(number, [...(tests.get(number) ?? []), { file, title }]);
        }
      }
    }
  }
  return tests;
}

function renderRow(
  { number, target, attack, notBuilt }: AttackRow,
  tests: readonly CoveringTest[],
) {
  const state = tests.length > 0 ? 'tested' : notBuilt === undefined ? '**open**' : 'not built';
  const names = tests.map(({ file, title }) => `${file}: ${title.replaceAll('|', '\\|').trim()}`);
  const how = tests.length > 0 ? names.join('<br>') : (notBuilt ?? '');
  return `| ${number} | ${target} | ${attack} | ${state} | ${how} |`;
}

/** The text of docs/attack-coverage.md as the tests stand. */
export function renderAttackCoverage(): string {
  const tests = findCoveringTests();
  const rows = ATTACK_ROWS.map((row) => renderRow(row, tests.get(row.number) ?? []));
  const unknown = [...tests.keys()].filter(
    (number) => !ATTACK_ROWS.some((row) => row.number === number),
  );
  if (unknown.length > 0) throw new Error(`tests name rows that do not exist: ${unknown}`);
  return `# Attack coverage

Every row of the attack checklist, and the tests that name it in their titles. Written by \`npm run attack-coverage\`; a test compares it with the tests there are. A row that waits for a part that is not built says which.

| # | target | attack | state | tests |
| --- | --- | --- | --- | --- |
${rows.join('\n')}
`;
}
