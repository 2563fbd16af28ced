import { MAX_MESSAGE_BYTES } from '../limits.ts';
import { encodeFrame, MAX_BLOCKS, SID_BYTES } from './frame.ts';

/**
 * Cuts a message into frames, each the text of one QR symbol. One a line, they are its text form.
 *
 * @param message - 1 to 16384 bytes: a packed request, or a sealed answer.
 * @param options - `sid` is the exchange's identifier (4 bytes); `blockBytes` the most that one
 *   frame carries, see {@link BLOCK_BYTES}.
 * @throws RangeError when the message is empty or too long, or needs more than 64 frames.
 */
export function encodeFrames(
  message: Uint8Array,
  { sid, blockBytes }: { readonly sid: Uint8Array; readonly blockBytes: number },
): string[] {
  const count = Math.ceil(message.length / blockBytes);
  if (sid.length !== SID_BYTES) throw new RangeError(`sid must have ${SID_BYTES} bytes`);
  if (!(count >= 1 && count <= MAX_BLOCKS) || message.length > MAX_MESSAGE_BYTES) {
    throw new RangeError(
      `a message of ${message.length} bytes does not fit into ${MAX_BLOCKS} frames`,
    );
  }
  const size = Math.ceil(message.length / count);
  return Array.from({ length: count }, (_, index) => {
    const block = new Uint8Array(size);
    block.set(message.subarray(index * size, (index + 1) * size));
    const frame = { sid: Uint8Array.from(sid), index, count, messageBytes: message.length, block };
    return encodeFrame(frame);
  });
}
