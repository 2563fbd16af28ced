import {
  type ClaimPath,
  CREDENTIAL_TYPES,
  type CredentialFormat,
  claimPathOf,
  type JsonValue,
} from '@symbolon/schemas';
import { visibleText } from '@symbolon/terminal';

const MAX_VALUE_TEXT = 300;
/** ISO/IEC 5218. */
const SEXES = ['not known', 'male', 'female'];
const PICTURES: ReadonlySet<string> = new Set(['portrait', 'portrait_thumb']);

/** A claim as a person reads it. */
export type ShownClaim = {
  /** The name in the table of its type, or its path. */
  readonly name: string;
  readonly label: string;
  readonly text: string;
};

/**
 * A claim for the holder's own terminal: what people call it, and its value as one line. A picture
 * is told by its size.
 *
 * @param path - From the root of the credential.
 */
export function describeClaim(
  card: { readonly type: string; readonly format: CredentialFormat },
  path: ClaimPath,
  value: JsonValue,
): ShownClaim {
  const type = CREDENTIAL_TYPES.find(({ name }) => name === card.type);
  const row = type?.claims.find(({ name }) => samePath(claimPathOf(type, name, card.format), path));
  const name = row?.name ?? path.map(String).join('.');
  return { name, label: row?.display ?? visibleText(name, 60), text: textOf(name, value) };
}

function textOf(name: string, value: JsonValue): string {
  if (isPicture(name)) return pictureSize(value);
  const sex = name === 'sex' && typeof value === 'number' ? SEXES[value] : undefined;
  return sex ?? valueText(value);
}

/** Whether a claim of this name is a picture. */
export function isPicture(name: string): boolean {
  return PICTURES.has(name);
}

function pictureSize(value: JsonValue): string {
  const encoded = typeof value === 'string' ? value.slice(value.indexOf(',') + 1) : '';
  return `(picture, ${Math.floor((encoded.length * 3) / 4)} bytes)`;
}

function valueText(value: JsonValue): string {
  if (typeof value === 'string') return visibleText(value, MAX_VALUE_TEXT);
  if (value === true) return 'yes';
  if (value === false) return 'no';
  if (value === null || typeof value === 'number') return String(value);
  const parts = Array.isArray(value) ? value : Object.values(value);
  const text = parts.map(valueText).join(', ');
  return text.length > MAX_VALUE_TEXT ? `${text.slice(0, MAX_VALUE_TEXT - 1)}…` : text;
}

function samePath(one: ClaimPath, other: ClaimPath): boolean {
  return one.length === other.length && one.every((step, at) => step === other[at]);
}
