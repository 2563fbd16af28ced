import { PresentationError } from '../error.ts';
import { type Frame, parseFrame } from './frame.ts';

/**
 * What became of a frame: `added` (new), `repeated` (had it already), `foreign` (of another
 * exchange, such as a neighbour's phone) or `repair` (a repair block, which is not used).
 */
export type FrameOutcome = 'added' | 'repeated' | 'foreign' | 'repair';

/** A message put together again, and the exchange it belongs to. */
export type AssembledMessage = {
  readonly sid: Uint8Array<ArrayBuffer>;
  readonly message: Uint8Array<ArrayBuffer>;
};

/** Puts the frames of one message together, in any order. */
export type FrameAssembler = {
  /**
   * Takes the text of one QR symbol.
   *
   * @throws {@link PresentationError} `frame_malformed`; `frames_mixed` when it contradicts a frame
   *   taken before.
   */
  readonly add: (text: string) => FrameOutcome;
  /** Plain blocks taken and needed; `needed` is 0 before the first frame. */
  readonly progress: () => { readonly taken: number; readonly needed: number };
  /**
   * The message, once every plain block is there.
   *
   * @throws {@link PresentationError} `frames_incomplete`; `frame_malformed` when the filling of the
   *   last block is not zeros.
   */
  readonly assemble: () => AssembledMessage;
};

/**
 * Makes an assembler for one message.
 *
 * @param expectedSid - The exchange whose frames are wanted; others are `foreign`. `undefined` takes
 *   the exchange of the first frame, and then a frame of another one is an error: with nothing to
 *   choose by, two messages must not be mixed.
 */
export function createFrameAssembler(expectedSid: Uint8Array | undefined): FrameAssembler {
  const blocks = new Map<number, Frame>();
  let first: Frame | undefined;
  let repairs = 0;
  return {
    add: (text): FrameOutcome => {
      const frame = parseFrame(text);
      if (expectedSid !== undefined && !sameBytes(frame.sid, expectedSid)) return 'foreign';
      first ??= frame;
      if (!sameMessage(frame, first)) {
        throw new PresentationError('frames_mixed', 'the frames belong to different messages');
      }
      if (frame.index >= frame.count) {
        repairs += 1;
        return 'repair';
      }
      const known = blocks.get(frame.index);
      if (known !== undefined && !sameBytes(known.block, frame.block)) {
        throw new PresentationError('frames_mixed', 'two frames of one number differ');
      }
      blocks.set(frame.index, frame);
      return known === undefined ? 'added' : 'repeated';
    },
    progress: (): { readonly taken: number; readonly needed: number } => ({
      taken: blocks.size,
      needed: first?.count ?? 0,
    }),
    assemble: (): AssembledMessage => {
      if (first === undefined || blocks.size < first.count) {
        throw incomplete(blocks.size, first?.count ?? 0, repairs);
      }
      return { sid: first.sid, message: joinBlocks(blocks, first) };
    },
  };
}

/**
 * Puts a message together from frame texts; a text may hold several frames, one a line.
 *
 * @param expectedSid - As for {@link createFrameAssembler}; frames of other exchanges are skipped.
 * @throws {@link PresentationError} `frame_malformed`, `frames_mixed`, `frames_incomplete`.
 */
export function decodeFrames(
  texts: readonly string[],
  expectedSid: Uint8Array | undefined,
): AssembledMessage {
  const assembler = createFrameAssembler(expectedSid);
  // A space is a base45 character: only line ends are taken off.
  for (const line of texts.flatMap((text) => text.split(/[\r\n]+/))) {
    if (line !== '') assembler.add(line);
  }
  return assembler.assemble();
}

function joinBlocks(
  blocks: ReadonlyMap<number, Frame>,
  { count, messageBytes }: Frame,
): Uint8Array<ArrayBuffer> {
  const size = Math.ceil(messageBytes / count);
  const joined = new Uint8Array(size * count);
  for (const { index, block } of blocks.values()) joined.set(block, index * size);
  if (joined.subarray(messageBytes).some((byte) => byte !== 0)) {
    throw new PresentationError('frame_malformed', 'the last block is not filled up with zeros');
  }
  return joined.slice(0, messageBytes);
}

function incomplete(taken: number, needed: number, repairs: number): PresentationError {
  const missing = `${taken} of ${needed || 'the'} frames are there`;
  const unused = repairs === 0 ? '' : `; ${repairs} repair frames were left aside`;
  return new PresentationError('frames_incomplete', missing + unused, {
    hint: 'give every picture or line of the message, the plain frames are all needed',
  });
}

function sameMessage(one: Frame, other: Frame): boolean {
  return (
    one.count === other.count &&
    one.messageBytes === other.messageBytes &&
    sameBytes(one.sid, other.sid)
  );
}

function sameBytes(one: Uint8Array, other: Uint8Array): boolean {
  return one.length === other.length && one.every((byte, at) => byte === other[at]);
}
