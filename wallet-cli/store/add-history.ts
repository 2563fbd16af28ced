import type { HistoryEntry, WalletDocument } from '@symbolon/schemas/wallet-file';

const MAX_ENTRIES = 50_000;
const MAX_NAMES = 256;

/** The document with one more event; the oldest leave where there are over 50,000. */
export function addHistory(document: WalletDocument, entry: HistoryEntry): WalletDocument {
  return { ...document, history: [...document.history, entry].slice(-MAX_ENTRIES) };
}

/** As many names as an event of the history holds. */
export function historyNames(names: readonly string[]): string[] {
  return names.slice(0, MAX_NAMES);
}
