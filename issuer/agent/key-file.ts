import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { type IssuerKeyFile, parseIssuerKeyFile } from '@symbolon/schemas/issuer-key-file';
import { writeFileAtomic } from '@symbolon/terminal';
import { AgentError } from './error.ts';

/** Name of the key store in the data folder. */
export const KEY_FILE = 'keys.json';

const MAX_BYTES = 1_048_576;

/**
 * Reads the key store of a data folder; nothing is decrypted.
 *
 * @throws {@link AgentError} `key_store_missing`; `key_store_invalid` when it is not such a file.
 */
export async function readKeyFile(folder: string): Promise<IssuerKeyFile> {
  const text = await readText(join(folder, KEY_FILE));
  try {
    return parseIssuerKeyFile(JSON.parse(text));
  } catch (cause) {
    throw new AgentError('key_store_invalid', `${KEY_FILE} is not a key store of this version`, {
      cause,
      hint: 'restore the data folder from a backup',
    });
  }
}

/** Writes the key store, in one step, readable by its owner only. */
export async function writeKeyFile(folder: string, file: IssuerKeyFile): Promise<void> {
  await writeFileAtomic(join(folder, KEY_FILE), `${JSON.stringify(file, undefined, 2)}\n`, 0o600);
}

async function readText(path: string): Promise<string> {
  const file = await open(path, 'r').catch((cause: unknown) => {
    throw new AgentError('key_store_missing', `there is no ${KEY_FILE} in the data folder`, {
      cause,
      hint: "run 'issuer init' first, or set SYMBOLON_HOME to the authority's folder",
    });
  });
  try {
    const { size } = await file.stat();
    if (size > MAX_BYTES) {
      throw new AgentError('key_store_invalid', `${KEY_FILE} is larger than ${MAX_BYTES} bytes`);
    }
    return await file.readFile('utf8');
  } finally {
    await file.close();
  }
}
