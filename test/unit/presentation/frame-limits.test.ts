import { createFrameAssembler, parseFrame } from '@symbolon/presentation';
import { describe, expect, test } from 'vitest';
import { encodeBase45 } from '../../../presentation/frames/base45.ts';

type Header = { version?: number; index?: number; count?: number; messageBytes?: number };

/** A frame's text from its parts, whatever they say. */
function frameOf(
  { version = 1, index = 0, count = 1, messageBytes = 10 }: Header,
  blockBytes: number,
): string {
  const header = [version, 1, 2, 3, 4, index, count, messageBytes >> 8, messageBytes & 0xff];
  return `PQ1:${encodeBase45(Uint8Array.from([...header, ...new Uint8Array(blockBytes)]))}`;
}

describe('a frame at its limits is taken', () => {
  for (const [why, header, blockBytes] of [
    ['the smallest', { messageBytes: 1 }, 1],
    ['the largest', { messageBytes: 16_384 }, 16_384],
    ['the last of 64', { index: 63, count: 64, messageBytes: 16_384 }, 256],
    ['the last repair frame', { index: 254, count: 2, messageBytes: 10 }, 5],
    ['one whose last block is nearly all filling', { index: 3, count: 4, messageBytes: 10 }, 3],
  ] as const) {
    test(why, () => {
      expect(parseFrame(frameOf(header, blockBytes))).toMatchObject({ count: 1, ...header });
    });
  }
});

describe('a frame beyond its limits is refused', () => {
  for (const [why, header, blockBytes] of [
    ['of version 0', { version: 0 }, 10],
    ['of version 2', { version: 2 }, 10],
    ['number 255', { index: 255, count: 2 }, 5],
    ['of no blocks', { count: 0 }, 10],
    ['of 65 blocks', { count: 65, messageBytes: 16_250 }, 250],
    ['of a message of no bytes', { messageBytes: 0 }, 1],
    ['of a message of 16385 bytes', { count: 5, messageBytes: 16_385 }, 3277],
    ['without a block', {}, 0],
    ['with a block that is a byte short', {}, 9],
    ['with a block that is a byte too long', {}, 11],
    ['with a repair block that is a byte short', { index: 5, count: 2 }, 4],
    ['cut into more blocks than it fills', { count: 5, messageBytes: 8 }, 2],
  ] as const) {
    test(why, () => {
      expect(() => parseFrame(frameOf(header, blockBytes))).toThrow(
        expect.objectContaining({ name: 'PresentationError', code: 'frame_malformed' }),
      );
    });
  }

  test('by its length alone, before it is decoded', () => {
    const started = performance.now();
    expect(() => parseFrame(`PQ1:${'0'.repeat(30_000_000)}`)).toThrow(
      expect.objectContaining({ code: 'frame_malformed' }),
    );
    expect(performance.now() - started).toBeLessThan(100);
  });
});

describe('frames of one exchange are of two messages', () => {
  const first = frameOf({ index: 0, count: 4, messageBytes: 10 }, 3);
  for (const [why, header, blockBytes] of [
    ['when only the number of blocks differs', { index: 1, count: 5, messageBytes: 10 }, 2],
    ['when only the length differs', { index: 1, count: 4, messageBytes: 11 }, 3],
  ] as const) {
    test(why, () => {
      const assembler = createFrameAssembler(undefined);
      assembler.add(first);
      expect(() => assembler.add(frameOf(header, blockBytes))).toThrow(
        expect.objectContaining({ code: 'frames_mixed' }),
      );
      expect(assembler.progress()).toEqual({ taken: 1, needed: 4 });
    });
  }
});
