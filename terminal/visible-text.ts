/** Controls, format characters (bidirectional, zero-width, tags), unassigned, and line separators. */
const INVISIBLE = /[\p{C}\p{Zl}\p{Zp}]/gu;

/**
 * Text from outside, made safe for a terminal: what could move the cursor, change colours, hide or
 * reorder text is shown as its code point. Normalised to NFC, cut at `maxLength` characters.
 */
export function visibleText(text: string, maxLength = 200): string {
  const shown = text.normalize('NFC').replace(INVISIBLE, codePointName);
  const characters = Array.from(shown);
  return characters.length > maxLength ? `${characters.slice(0, maxLength - 1).join('')}…` : shown;
}

function codePointName(character: string): string {
  const point = character.codePointAt(0) ?? 0;
  return `<U+${point.toString(16).toUpperCase().padStart(4, '0')}>`;
}
