import { parseJson } from '@symbolon/credentials/jose';
import { type JsonObject, type JsonValue, Refusal } from '@symbolon/schemas';
import { readTextFile } from '@symbolon/terminal';
import { IssuerError } from '../error.ts';

const MAX_BYTES = 262_144;
const MAX_DEPTH = 16;

/**
 * Reads a file that holds a JSON object: a record or a registration.
 *
 * @throws {@link TerminalError} for a file that is missing, too large or not text;
 *   {@link IssuerError} `file_not_json`.
 */
export async function readJsonFile(path: string): Promise<JsonObject> {
  const text = await readTextFile(path, { maxBytes: MAX_BYTES });
  const refuse = (cause?: unknown): IssuerError =>
    new IssuerError('file_not_json', 'the file does not hold one JSON object', {
      cause,
      hint: "'--example' prints a file that does",
    });
  try {
    const value = parseJson(text, { maxBytes: MAX_BYTES, maxDepth: MAX_DEPTH });
    if (isObject(value)) return value;
  } catch (error) {
    if (error instanceof Refusal) throw refuse(error);
    throw error;
  }
  throw refuse();
}

function isObject(value: JsonValue): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
