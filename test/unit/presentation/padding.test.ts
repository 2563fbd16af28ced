import { answerClass, createPolicyQuery, PADDING_CLASSES } from '@symbolon/presentation';
import { POLICIES } from '@symbolon/schemas';
import { type DcqlQuery, parseDcqlQuery } from '@symbolon/schemas/openid4vp';
import { describe, expect, test } from 'vitest';
import { padMessage, unpadMessage } from '../../../presentation/packing/padding.ts';

const SEAL_BYTES = 81;
const refusal = (code: string) => expect.objectContaining({ name: 'PresentationError', code });

test('the classes are those of the profile: QR frames that are full', () => {
  expect(PADDING_CLASSES.slice(0, 4)).toEqual([821, 1479, 2446, 4105]);
  const steps = PADDING_CLASSES.slice(3).map((size, at, all) => (all[at + 1] ?? size) - size);
  expect(new Set(steps.slice(1, -1))).toEqual(new Set([1223]));
  expect(PADDING_CLASSES.at(-1)).toBeLessThanOrEqual(16_384);
});

describe('padding', () => {
  test('each class takes a message up to its last byte, and the next one from there', () => {
    for (const [at, size] of PADDING_CLASSES.entries()) {
      const room = size - SEAL_BYTES - 2;
      expect(padMessage(new Uint8Array(room), 0)).toHaveLength(size - SEAL_BYTES);
      const next = PADDING_CLASSES[at + 1];
      if (next !== undefined) {
        expect(padMessage(new Uint8Array(room + 1), 0)).toHaveLength(next - SEAL_BYTES);
      } else {
        expect(() => padMessage(new Uint8Array(room + 1), 0)).toThrow(refusal('answer_too_large'));
      }
    }
  });

  test('a short message takes the class that the question calls for', () => {
    for (const size of PADDING_CLASSES) {
      const padded = padMessage(Uint8Array.of(5, 6), size);
      expect(padded).toHaveLength(size - SEAL_BYTES);
      expect(unpadMessage(padded)).toEqual(Uint8Array.of(5, 6));
    }
  });

  for (const [why, change] of [
    ['a byte behind the message that is not zero', (bytes) => bytes.fill(1, -1)],
    ['a length beyond the end', (bytes) => bytes.fill(0xff, 0, 2)],
    ['a size that is no class: one byte more', (bytes) => Uint8Array.from([...bytes, 0])],
    ['a size that is no class: one byte less', (bytes) => bytes.slice(0, -1)],
    ['nothing', () => new Uint8Array()],
    ['one byte', () => new Uint8Array(1)],
  ] satisfies readonly (readonly [string, (bytes: Uint8Array) => Uint8Array])[]) {
    test(`is refused with ${why}`, () => {
      const padded = padMessage(Uint8Array.of(5, 6), 0);
      expect(() => unpadMessage(change(padded))).toThrow(refusal('message_malformed'));
    });
  }
});

describe('the class of an answer', () => {
  const asking = (...names: string[]): DcqlQuery =>
    parseDcqlQuery({
      credentials: [
        {
          id: 'card',
          format: 'dc+sd-jwt',
          meta: { vct_values: ['urn:a'] },
          claims: names.map((name) => ({ path: [name] })),
        },
      ],
    });

  test('grows with the portraits that are asked for, and does not with small claims', () => {
    const [small, thumb, portrait] = [
      asking('family_name'),
      asking('family_name', 'portrait_thumb'),
      asking('family_name', 'portrait'),
    ].map(answerClass);
    expect(small).toBe(2446);
    expect(thumb).toBe(4105);
    expect(portrait).toBe(5338);
    expect(answerClass(asking('family_name', 'given_name', 'sex'))).toBe(small);
  });

  test('of a choice between forms is that of the larger one, of two credentials their sum', () => {
    const [both, either] = [undefined, [{ options: [['a'], ['b']] }]].map((credential_sets) =>
      answerClass(
        parseDcqlQuery({
          credentials: ['a', 'b'].map((id) => ({
            ...asking('family_name', 'portrait_thumb').credentials[0],
            id,
          })),
          credential_sets,
        }),
      ),
    );
    expect(either).toBe(answerClass(asking('family_name', 'portrait_thumb')));
    expect(both).toBeGreaterThan(either ?? 0);
  });

  test('is the same for every form in which a policy may be answered', () => {
    for (const policy of POLICIES) {
      const classes = (['dc+sd-jwt', 'vc+sd-jwt'] as const).map((format) =>
        answerClass(createPolicyQuery(policy, [format])),
      );
      expect(new Set(classes).size).toBe(1);
    }
  });

  test('of the largest question there is has an end', () => {
    const huge = parseDcqlQuery({
      credentials: Array.from({ length: 32 }, (_, at) => ({
        ...asking('portrait').credentials[0],
        id: `card${at}`,
      })),
    });
    expect(answerClass(huge)).toBe(PADDING_CLASSES.at(-1));
  });
});
