import { PresentationError } from '../error.ts';

/** Bytes of a dictionary's identifier: the first of its SHA-256. */
export const DICTIONARY_ID_BYTES = 4;

/** No dictionary: the identifier that every reader understands. */
export const NO_DICTIONARY: Uint8Array<ArrayBuffer> = new Uint8Array(DICTIONARY_ID_BYTES);

/**
 * Finds the dictionary that a message was compressed with.
 *
 * A dictionary will come from the trust bundle, which carries up to two of them; this version has
 * none, and so understands only messages without.
 *
 * @throws {@link PresentationError} `dictionary_unknown`.
 */
export function findDictionary(id: Uint8Array): Uint8Array<ArrayBuffer> | undefined {
  if (id.length === DICTIONARY_ID_BYTES && id.every((byte) => byte === 0)) return undefined;
  throw new PresentationError(
    'dictionary_unknown',
    'the message needs a dictionary that is not here',
    {
      hint: 'import a newer trust bundle on this device, or ask for the message without a dictionary',
    },
  );
}
