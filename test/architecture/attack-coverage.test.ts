import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { ATTACK_ROWS } from '../attack-coverage/attack-rows.ts';
import { renderAttackCoverage } from '../attack-coverage/render.ts';

test('docs/attack-coverage.md says what the tests say: else run npm run attack-coverage', () => {
  expect(readFileSync('docs/attack-coverage.md', 'utf8')).toBe(renderAttackCoverage());
});

test('the checklist is whole: odd numbers from 1 to 121', () => {
  const numbers = Array.from({ length: 61 }, (_, at) => 2 * at + 1);
  expect(ATTACK_ROWS.map(({ number }) => number)).toEqual(numbers);
});

test('no row of a built part is open', () => {
  const open = renderAttackCoverage()
    .split('\n')
    .filter((line) => line.includes('**open**'));
  expect(open).toEqual([]);
});
