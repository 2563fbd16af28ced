import type { ColdRow } from './cold-start.ts';
import { type Floor, missed, type Row } from './rows.ts';

/** What the bench found. */
export type Findings = {
  readonly rows: readonly Row[];
  readonly coldRows: readonly ColdRow[];
  readonly floor: Floor;
  readonly rounds: number;
  readonly cardCharacters: number;
  readonly presentationCharacters: number;
};

/** The findings as Markdown. */
export function renderReport(findings: Findings): string {
  const { rows, coldRows, floor, rounds } = findings;
  return `# Performance

Written by \`npm run bench\`; run it to have the figures of your machine. These are of Node
${process.version}, OpenSSL ${process.versions.openssl}.

Everything is CPU time of one process, all cases in turn within each of ${rounds} rounds; a figure is the
median of the rounds, a ratio the median of the ratios within each round, so that what disturbs the
machine disturbs both sides. Ratios move by about a tenth from run to run; microseconds by more.

The card has 15 selectively disclosable claims (two nested objects, an array, one that is not ASCII), a
holder's key and a status reference: ${findings.cardCharacters} characters. The presentation shows 5 of
them: ${findings.presentationCharacters} characters. The verifier has the issuer's key and the status list
in its memory, and has never seen the holder's key. Every case runs thousands of times before the first
round.

The floor is the cheapest call that this Node offers: '${floor.sign}', '${floor.verify}',
'${floor.import}'. The library is \`@sd-jwt/sd-jwt-vc\` 0.19.0 with OpenSSL's primitives, cached keys and
pooled salts; its status list token comes out of memory, and it inflates it for every presentation.

![ratios to the floor](performance.svg)

| operation | floor | floor, µs | aim | ours | ours, µs | library | library, µs |
|---|---|---|---|---|---|---|---|
${rows.map(renderRow).join('\n')}

## Start of the commands

In the second run and later, when Node's compile cache is warm.

| command | CPU ms | aim | in units of \`node -e 0\` |
|---|---|---|---|
${coldRows
  .map(({ name, milliseconds, aim, ratio }) =>
    cells([`\`${name}\``, milliseconds.toFixed(1), `${aim}x`, `${ratio.toFixed(2)}x`]),
  )
  .join('\n')}
${explain(rows)}`;
}

function renderRow({ operation, floor, floorMicroseconds, aim, ours, library }: Row): string {
  return cells([
    operation,
    floor,
    floorMicroseconds.toFixed(1),
    `${aim}x`,
    `**${times(ours.ratio)}**`,
    ours.microseconds.toFixed(1),
    times(library.ratio),
    library.microseconds.toFixed(0),
  ]);
}

function explain(rows: readonly Row[]): string {
  const lines = missed(rows).map(
    ({ operation, explanation }) => `- **${operation}**: ${explanation}\n`,
  );
  if (lines.length === 0) return '';
  return `\n## What costs more than 1.25 times its aim\n\n${lines.join('')}`;
}

function cells(values: readonly string[]): string {
  return `| ${values.join(' | ')} |`;
}

function times(ratio: number): string {
  return `${ratio.toFixed(ratio < 10 ? 2 : 0)}x`;
}
