import type { Row } from './rows.ts';

const WIDTH = 900;
const LABELS = 330;
const BAR = 14;
const ROW = 52;
const TOP = 58;
const TICKS = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000];
const COLOURS = { ours: '#0b6e4f', library: '#c8553d', aim: '#1d3557' } as const;

/** Bars of ours and of the library, in units of the floor, on a logarithmic axis. */
export function renderChart(rows: readonly Row[]): string {
  const most = Math.max(...rows.map(({ library, ours }) => Math.max(library.ratio, ours.ratio)));
  const end = TICKS.find((tick) => tick >= most) ?? most;
  const height = TOP + rows.length * ROW + 20;
  const x = (ratio: number): number =>
    LABELS + ((WIDTH - LABELS - 60) * Math.log(Math.max(1, ratio))) / Math.log(end);
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" font-family="sans-serif" font-size="13">
<rect width="${WIDTH}" height="${height}" fill="#fff"/>
<text x="16" y="24" font-size="15" font-weight="bold">CPU time in units of the floor (logarithmic)</text>
${legend('ours', 400, 'Symbolon')}${legend('library', 500, '@sd-jwt/sd-jwt-vc')}${legend('aim', 660, 'aim')}
${TICKS.filter((tick) => tick <= end)
  .map((tick) => gridLine(x(tick), tick, height))
  .join('')}
${rows.map((row, at) => bars(row, TOP + at * ROW, x)).join('')}
</svg>
`;
}

function legend(colour: keyof typeof COLOURS, at: number, text: string): string {
  return `<rect x="${at}" y="14" width="12" height="12" fill="${COLOURS[colour]}"/><text x="${at + 18}" y="24">${text}</text>`;
}

function gridLine(at: number, tick: number, height: number): string {
  const x = at.toFixed(1);
  return `<line x1="${x}" x2="${x}" y1="${TOP - 8}" y2="${height - 12}" stroke="#ddd"/><text x="${x}" y="${TOP - 12}" text-anchor="middle" fill="#555" font-size="11">${tick}x</text>`;
}

function bars(
  { operation, floor, aim, ours, library }: Row,
  y: number,
  x: (ratio: number) => number,
): string {
  const bar = (colour: keyof typeof COLOURS, top: number, ratio: number): string =>
    `<rect x="${LABELS}" y="${top}" width="${(x(ratio) - LABELS).toFixed(1)}" height="${BAR}" fill="${COLOURS[colour]}"/><text x="${(x(ratio) + 5).toFixed(1)}" y="${top + BAR - 3}" font-size="12">${ratio.toFixed(ratio < 10 ? 2 : 0)}x</text>`;
  const mark = x(aim).toFixed(1);
  return `<text x="16" y="${y + 12}">${operation}</text><text x="16" y="${y + 28}" fill="#555" font-size="11">floor: ${floor}</text>
${bar('ours', y, ours.ratio)}${bar('library', y + BAR + 3, library.ratio)}<line x1="${mark}" x2="${mark}" y1="${y - 3}" y2="${y + BAR + 1}" stroke="${COLOURS.aim}" stroke-width="2"/>
`;
}
