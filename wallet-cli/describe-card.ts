import { CREDENTIAL_TYPES } from '@symbolon/schemas';
import type { Card } from '@symbolon/schemas/wallet-file';
import { visibleText } from '@symbolon/terminal';

/** A card in a few words: `Identity card k3x7qa (dc+sd-jwt)`. */
export function describeCard({ id, type, format }: Pick<Card, 'format' | 'id' | 'type'>): string {
  return `${displayName(type)} ${id} (${format})`;
}

/** What people call a type of credential. */
export function displayName(type: string): string {
  return CREDENTIAL_TYPES.find(({ name }) => name === type)?.display ?? visibleText(type, 60);
}
