import {
  BLOCK_BYTES,
  createFrameAssembler,
  decodeFrames,
  encodeFrames,
  MAX_MESSAGE_BYTES,
  parseFrame,
} from '@symbolon/presentation';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeBase45, encodeBase45 } from '../../../presentation/frames/base45.ts';

const SID = Uint8Array.of(1, 2, 3, 4);
const OTHER_SID = Uint8Array.of(1, 2, 3, 5);
const message = (size: number) => Uint8Array.from({ length: size }, (_, at) => (at * 31 + 7) & 255);
const frames = (size: number, sid = SID, blockBytes = 100) =>
  encodeFrames(message(size), { sid, blockBytes });

/** A frame with other header fields, the block as given. */
function frame({
  version = 1,
  sid = SID,
  index = 0,
  count = 1,
  length = 4,
  block = [1, 2, 3, 4],
}: {
  version?: number;
  sid?: Uint8Array;
  index?: number;
  count?: number;
  length?: number;
  block?: number[];
}) {
  const bytes = [version, ...sid, index, count, length >> 8, length & 255, ...block];
  return `PQ1:${encodeBase45(Uint8Array.from(bytes))}`;
}

const refusal = (code: string) => expect.objectContaining({ name: 'PresentationError', code });

describe('a message in frames', () => {
  test('comes back from its frames in any order, with repeats, one a line or one by one', async () => {
    const arbitrary = fc.record({
      bytes: fc.uint8Array({ minLength: 1, maxLength: 3000 }),
      blockBytes: fc.integer({ min: 60, max: 1300 }),
      seed: fc.array(fc.nat(), { minLength: 128, maxLength: 128 }),
    });
    await fc.assert(
      fc.property(arbitrary, ({ bytes, blockBytes, seed }) => {
        const made = encodeFrames(bytes, { sid: SID, blockBytes });
        const shuffled = [...made, ...made].sort(
          (a, b) => (seed[a.length % 128] ?? 0) - (seed[b.charCodeAt(9) % 128] ?? 0),
        );
        for (const texts of [shuffled, [shuffled.join('\n')], [shuffled.join('\r\n')]]) {
          const assembled = decodeFrames(texts, SID);
          expect(assembled.message).toEqual(Uint8Array.from(bytes));
          expect(assembled.sid).toEqual(SID);
        }
      }),
      { numRuns: 60 },
    );
  });

  test('begins PQ1: and has the header of the profile', () => {
    const [first = '', second = ''] = frames(150);
    expect(first.startsWith('PQ1:')).toBe(true);
    const bytes = decodeBase45(second.slice(4));
    expect([...bytes.subarray(0, 9)]).toEqual([1, 1, 2, 3, 4, 1, 2, 0, 150]);
    expect(bytes).toHaveLength(9 + 75);
  });

  test('as one block is one ordinary QR code', () => {
    expect(frames(80)).toHaveLength(1);
    expect(decodeFrames(frames(80), undefined).message).toEqual(message(80));
  });

  test('each block size fills its QR version and no more', () => {
    // Capacity of error correction level L in alphanumeric mode (ISO/IEC 18004 table 7).
    for (const [size, characters] of [
      [BLOCK_BYTES.v10, 395],
      [BLOCK_BYTES.v15, 758],
      [BLOCK_BYTES.v20, 1249],
      [BLOCK_BYTES.v25, 1853],
    ] as const) {
      const [text = ''] = encodeFrames(message(size), { sid: SID, blockBytes: size });
      expect(text.length).toBeLessThanOrEqual(characters);
      expect(text.length).toBeGreaterThan(characters - 3);
    }
  });

  test('the limits: 16384 bytes and 64 blocks, both taken, one more is a fault of the caller', () => {
    const whole = encodeFrames(message(MAX_MESSAGE_BYTES), { sid: SID, blockBytes: 256 });
    expect(whole).toHaveLength(64);
    expect(decodeFrames(whole, SID).message).toEqual(message(MAX_MESSAGE_BYTES));
    for (const [size, blockBytes] of [
      [MAX_MESSAGE_BYTES + 1, 1223],
      [MAX_MESSAGE_BYTES, 255],
      [0, 100],
      [10, 0],
    ] as const) {
      expect(() => encodeFrames(message(size), { sid: SID, blockBytes })).toThrow(RangeError);
    }
    expect(() => encodeFrames(message(5), { sid: Uint8Array.of(1), blockBytes: 5 })).toThrow(
      RangeError,
    );
  });
});

describe('a frame that is malformed is refused', () => {
  const [whole = ''] = frames(80);
  for (const [why, text] of [
    ['another prefix', whole.replace('PQ1:', 'PQ2:')],
    ['a prefix in small letters', whole.replace('PQ1:', 'pq1:')],
    ['white space before it', ` ${whole}`],
    ['a URI', 'openid4vp://?request=ey'],
    ['the prefix alone', 'PQ1:'],
    ['a header that is cut off', `PQ1:${encodeBase45(Uint8Array.of(1, 1, 2, 3, 4, 0, 1, 0))}`],
    ['no block', `PQ1:${encodeBase45(Uint8Array.of(1, 1, 2, 3, 4, 0, 1, 0, 0))}`],
    ['a cut block', whole.slice(0, -3)],
    ['a block that is too long', `${whole}BB8`],
    ['a character that base45 does not have', `${whole.slice(0, -1)}#`],
    ['version 0', frame({ version: 0 })],
    ['version 2', frame({ version: 2 })],
    ['no blocks at all', frame({ count: 0 })],
    ['65 blocks', frame({ count: 65, length: 65, block: [1] })],
    ['frame number 255', frame({ index: 255 })],
    ['a message of 0 bytes', frame({ length: 0 })],
    ['a message of 16385 bytes', frame({ length: 16_385 })],
    ['more blocks than the message fills', frame({ count: 64, length: 33, block: [1] })],
    ['a frame of 100 kB', `PQ1:${'0'.repeat(100_000)}`],
  ] as const) {
    test(why, () => {
      const started = performance.now();
      expect(() => parseFrame(text)).toThrow(refusal('frame_malformed'));
      expect(() => decodeFrames([text], SID)).toThrow(refusal('frame_malformed'));
      expect(performance.now() - started).toBeLessThan(200);
    });
  }

  test('filling that is not zeros', () => {
    const [first = '', last = ''] = frames(149);
    const bytes = decodeBase45(last.slice(4));
    bytes[bytes.length - 1] = 1;
    expect(() => decodeFrames([first, `PQ1:${encodeBase45(bytes)}`], SID)).toThrow(
      refusal('frame_malformed'),
    );
  });

  test('no text of any kind causes another error than a refusal', async () => {
    const noise = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.uint8Array({ maxLength: 40 }).map((bytes) => `PQ1:${encodeBase45(bytes)}`),
    );
    await fc.assert(
      fc.property(fc.array(noise, { maxLength: 5 }), (texts) => {
        try {
          decodeFrames(texts, undefined);
        } catch (error) {
          expect(error).toMatchObject({ name: 'PresentationError' });
        }
      }),
      { numRuns: 500 },
    );
  });
});

describe('frames of several messages', () => {
  test('those of another exchange, such as a neighbour, are skipped when the own is known', () => {
    const mine = frames(250);
    const theirs = frames(180, OTHER_SID);
    const mixed = [theirs[0] ?? '', ...mine, ...theirs];
    expect(decodeFrames(mixed, SID).message).toEqual(message(250));
    expect(decodeFrames(mixed, OTHER_SID).message).toEqual(message(180));
    expect(createFrameAssembler(SID).add(theirs[0] ?? '')).toBe('foreign');
  });

  test('are refused when there is nothing to choose by', () => {
    const mixed = [...frames(250), ...frames(250, OTHER_SID)];
    expect(() => decodeFrames(mixed, undefined)).toThrow(refusal('frames_mixed'));
  });

  test('are refused when they are of one exchange and differ in length or number', () => {
    expect(() => decodeFrames([...frames(250), ...frames(251)], SID)).toThrow(
      refusal('frames_mixed'),
    );
    expect(() => decodeFrames([...frames(250), ...frames(250, SID, 60)], SID)).toThrow(
      refusal('frames_mixed'),
    );
  });

  test('are refused when two frames of one number differ', () => {
    const other = encodeFrames(message(251).subarray(1), { sid: SID, blockBytes: 100 });
    expect(() => decodeFrames([...frames(250), ...other], SID)).toThrow(refusal('frames_mixed'));
  });
});

describe('frames that are missing', () => {
  test('are counted, and nothing is made of the rest', () => {
    const made = frames(450);
    const assembler = createFrameAssembler(SID);
    expect(assembler.progress()).toEqual({ taken: 0, needed: 0 });
    expect(assembler.add(made[1] ?? '')).toBe('added');
    expect(assembler.add(made[1] ?? '')).toBe('repeated');
    expect(assembler.progress()).toEqual({ taken: 1, needed: 5 });
    expect(() => assembler.assemble()).toThrow(/1 of 5 frames/);
    for (const missing of made) {
      expect(() =>
        decodeFrames(
          made.filter((each) => each !== missing),
          SID,
        ),
      ).toThrow(refusal('frames_incomplete'));
    }
  });

  test('none at all, or only foreign ones', () => {
    for (const texts of [[], [''], ['\n\n'], frames(80, OTHER_SID)]) {
      expect(() => decodeFrames(texts, SID)).toThrow(refusal('frames_incomplete'));
    }
  });

  test('repair frames are recognised, left aside, and named when plain ones are missing', () => {
    const made = frames(150);
    const repair = frame({ index: 2, count: 2, length: 150, block: Array.from(message(75)) });
    expect(createFrameAssembler(SID).add(repair)).toBe('repair');
    expect(decodeFrames([repair, ...made], SID).message).toEqual(message(150));
    expect(() => decodeFrames([made[0] ?? '', repair], SID)).toThrow(
      /1 of 2 frames are there; 1 repair frames were left aside/,
    );
  });
});
