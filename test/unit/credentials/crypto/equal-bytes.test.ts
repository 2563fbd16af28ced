import { equalBytes } from '@symbolon/credentials/crypto';
import { expect, test } from 'vitest';

test.each([
  [[], [], true],
  [[1, 2], [1, 2], true],
  [[1, 2], [1, 3], false],
  [[1, 2], [1], false],
  [[1], [1, 0], false],
  [[], [0], false],
])('%j and %j: %s', (a, b, equal) => {
  expect(equalBytes(Uint8Array.from(a), Uint8Array.from(b))).toBe(equal);
});
