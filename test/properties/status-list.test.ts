import { deflateSync } from 'node:zlib';
import { encodeBase64Url } from '@symbolon/credentials/jose';
import { decodeStatusList, type StatusBits, setStatusAt, statusAt } from '@symbolon/trust';
import fc from 'fast-check';
import { expect, test } from 'vitest';

const anyList = fc
  .constantFrom<StatusBits>(1, 2, 4, 8)
  .chain((bits) =>
    fc.record({
      bits: fc.constant(bits),
      values: fc
        .array(fc.nat(2 ** bits - 1), { minLength: 1, maxLength: 200 })
        // A list fills whole bytes.
        .map((values) => values.slice(0, values.length - (values.length % (8 / bits)))),
    }),
  )
  .filter(({ values }) => values.length > 0);

const write = (bits: StatusBits, values: readonly number[]) => {
  const bytes = new Uint8Array((values.length * bits) / 8);
  for (const [index, value] of values.entries()) setStatusAt(bytes, bits, index, value);
  return bytes;
};

const read = (bytes: Uint8Array, bits: StatusBits, size: number) =>
  Array.from({ length: size }, (_, index) => statusAt(bytes, bits, index));

test('what is written into a list, packed and unpacked, is what is read', async () => {
  await fc.assert(
    fc.asyncProperty(anyList, async ({ bits, values }) => {
      const lst = encodeBase64Url(deflateSync(write(bits, values)));
      const { bytes } = await decodeStatusList({ bits, lst });
      expect(read(bytes, bits, values.length)).toEqual(values);
    }),
  );
});

test('setting one entry changes exactly that entry', () => {
  fc.assert(
    fc.property(anyList, fc.nat(), fc.nat(), ({ bits, values }, at, to) => {
      const bytes = write(bits, values);
      const index = at % values.length;
      const value = to % 2 ** bits;
      setStatusAt(bytes, bits, index, value);
      expect(read(bytes, bits, values.length)).toEqual(values.with(index, value));
    }),
  );
});

test('a flipped byte of a packed list is refused', async () => {
  const packed = deflateSync(Uint8Array.from({ length: 512 }, (_, at) => (at * 37) % 251));
  await fc.assert(
    fc.asyncProperty(
      fc.nat(packed.length - 1),
      fc.integer({ min: 1, max: 255 }),
      async (at, by) => {
        // Bits 5 to 7 of the second byte say how hard the packer tried, and mean nothing else.
        fc.pre(at > 1);
        const changed = Uint8Array.from(packed, (byte, each) => (each === at ? byte ^ by : byte));
        await expect(
          decodeStatusList({ bits: 1, lst: encodeBase64Url(changed) }),
        ).rejects.toMatchObject({ code: 'status_list_invalid' });
      },
    ),
  );
});
