import type { FloorWays } from './floor.ts';
import { type Measurements, median, medianRatio } from './measure.ts';

/** A line of the table: what one operation costs in units of its floor. */
export type Row = {
  readonly operation: string;
  readonly floor: string;
  readonly aim: number;
  readonly floorMicroseconds: number;
  readonly ours: { readonly microseconds: number; readonly ratio: number };
  readonly library: { readonly microseconds: number; readonly ratio: number };
  /** Why it costs more, should it be more than 1.25 times the aim. */
  readonly explanation: string;
};

/** The cheapest call that this Node offers for each of the three. */
export type Floor = { readonly sign: string; readonly verify: string; readonly import: string };

const MARGIN = 1.25;

/** Finds the floor in the measurements. */
export function findFloor(measurements: Measurements, ways: FloorWays): Floor {
  const cheapest = (cases: FloorWays['sign']): string =>
    cases
      .map(({ name }) => name)
      .toSorted((a, b) => cost(measurements, a) - cost(measurements, b))[0] ?? '';
  return {
    sign: cheapest(ways.sign),
    verify: cheapest(ways.verify),
    import: cheapest(ways.import),
  };
}

/** Every line of the table. */
export function createRows(measurements: Measurements, floor: Floor): readonly Row[] {
  const signature = [[floor.sign, 1]] as const;
  const verification = [
    [floor.verify, 2],
    [floor.import, 1],
  ] as const;
  const row = (
    description: Pick<Row, 'operation' | 'floor' | 'aim' | 'explanation'>,
    parts: readonly (readonly [string, number])[],
    cases: { readonly ours: string; readonly library: string; readonly copies?: number },
  ): Row => {
    const { copies = 1 } = cases;
    const figures = (name: string): Row['ours'] => ({
      microseconds: cost(measurements, name) / copies,
      ratio: medianRatio(measurements, name, parts) / copies,
    });
    return {
      ...description,
      floorMicroseconds: parts.reduce((sum, [name, n]) => sum + n * cost(measurements, name), 0),
      ours: figures(cases.ours),
      library: figures(cases.library),
    };
  };
  const oneSignature = '1 signature';
  const twoAndOne = '2 verifications, 1 key import';
  return [
    row(
      {
        operation: 'Issue one card',
        floor: oneSignature,
        aim: 1.8,
        explanation:
          'A single card pays for its layout (15 names, values and paths, each checked and encoded once) and uses it once; fifteen hashes alone are a fifth of the signature. In a batch the layout is shared.',
      },
      signature,
      { ours: 'ours: issue', library: 'library: issue' },
    ),
    row(
      {
        operation: 'Issue, in a batch of 10 for one person',
        floor: oneSignature,
        aim: 1.65,
        explanation:
          'What remains per copy are its own salts, fifteen hashes, the sorted digests and the payload in base64url.',
      },
      signature,
      { ours: 'ours: batch of 10', library: 'library: batch of 10', copies: 10 },
    ),
    row(
      {
        operation: 'Present 5 of 15 claims',
        floor: oneSignature,
        aim: 1.8,
        explanation:
          "The card is read as strictly as a stranger's, each time: all fifteen disclosures are decoded, checked for doubled members and hashed to find their places, where code that only matches names would not. Nothing is remembered from one presentation to the next, since a copy of a card is shown once.",
      },
      signature,
      { ours: 'ours: present', library: 'library: present' },
    ),
    row(
      {
        operation: 'Verify it, status from a cached list of 1,000,000',
        floor: twoAndOne,
        aim: 1.25,
        explanation:
          "Two JWTs and five disclosures are decoded, checked as a stranger's and hashed besides. The floor repeats one call with everything in the caches of the processor, and its key import is already three times cheaper than the usual one.",
      },
      verification,
      { ours: 'ours: verify', library: 'library: verify' },
    ),
    row(
      {
        operation: 'Verify it, the library without its status',
        floor: twoAndOne,
        aim: 1.25,
        explanation: 'As above: ours looks the status up here too.',
      },
      verification,
      { ours: 'ours: verify', library: 'library: verify, no status' },
    ),
  ];
}

/** The lines that cost more than 1.25 times what they aim at. */
export function missed(rows: readonly Row[]): readonly Row[] {
  return rows.filter(({ aim, ours }) => ours.ratio > aim * MARGIN);
}

function cost(measurements: Measurements, name: string): number {
  return median(measurements.get(name) ?? []);
}
