import type { CardCopy } from '@symbolon/schemas/wallet-file';
import { expect, test } from 'vitest';
import { chooseCopy, isFresh } from '../../../wallet-cli/answering/choose-copy.ts';

const key = {
  kty: 'EC',
  crv: 'P-256',
  x: 'x'.repeat(43),
  y: 'y'.repeat(43),
  d: 'd'.repeat(43),
} as const;

function copy(shownTo: readonly string[], restored = false): CardCopy {
  return {
    credential: 'x',
    key,
    uses: shownTo.map((verifier, at) => ({ at, verifier })),
    restored,
  };
}

test('a fresh copy goes first, then a restored one, then one that this counter saw, then any', () => {
  const [fresh, restored, here, elsewhere] = [
    copy([]),
    copy([], true),
    copy(['HOTEL']),
    copy(['OTHER']),
  ];
  for (const [copies, at, kind] of [
    [[elsewhere, here, restored, fresh], 3, 'fresh'],
    [[elsewhere, here, restored], 2, 'restored'],
    [[elsewhere, here], 1, 'shown_here'],
    [[elsewhere], 0, 'shown_elsewhere'],
    [[copy(['OTHER', 'HOTEL'])], 0, 'shown_here'],
    [[copy(['HOTEL'], true), restored], 1, 'restored'],
    [[fresh, fresh], 0, 'fresh'],
  ] as const) {
    expect(chooseCopy({ copies: [...copies] }, 'HOTEL')).toMatchObject({ at, kind });
  }
});

test('fresh is what neither this device nor, by a backup, another one has shown', () => {
  expect([copy([]), copy(['A']), copy([], true), copy(['A'], true)].map(isFresh)).toEqual([
    true,
    false,
    false,
    false,
  ]);
});
