import { createQrModules } from './qr-modules.ts';

const ESCAPE = String.fromCharCode(27);
/** Explicit colours: a theme's own come out inverted on half of all terminals, and then fail. */
const COLOURS = `${ESCAPE}[38;2;0;0;0m${ESCAPE}[48;2;255;255;255m`;
const RESET = `${ESCAPE}[0m`;

/**
 * Draws one QR symbol for a terminal: two rows of modules in one line of half blocks, black on
 * white, without a line end after the last line.
 *
 * @throws {@link PresentationError} `message_too_large`.
 */
export function drawQrTerminal(text: string): string {
  const modules = createQrModules(text, 'low');
  const lines: string[] = [];
  for (let y = 0; y < modules.length; y += 2) {
    const upper = modules[y] ?? [];
    const lower = modules[y + 1] ?? [];
    const blocks = upper.map((isDark, x) => halfBlock(isDark, lower[x] === true));
    lines.push(`${COLOURS}${blocks.join('')}${RESET}`);
  }
  return lines.join('\n');
}

function halfBlock(upper: boolean, lower: boolean): string {
  if (upper) return lower ? '█' : '▀';
  return lower ? '▄' : ' ';
}
