import * as v from 'valibot';
import { Refusal } from './refusal.ts';

/** Input of the wrong shape. `path` says where; the message never repeats the input. */
export class ParseError extends Refusal<'malformed'> {
  override readonly name = 'ParseError';
  readonly path: string;

  constructor(what: string, path: string, rule: string) {
    super('malformed', `${what}: '${path}' is not acceptable (${rule})`);
    this.path = path;
  }
}

/**
 * Applies a schema to untrusted input.
 *
 * @param what - What the input claims to be, in the words of its specification.
 * @throws {@link ParseError} naming the first offending path. Keys in the path that are not plain
 *   identifiers are replaced by '*', since a key may itself be personal or hostile.
 */
export function parseWith<const Schema extends v.GenericSchema>(
  what: string,
  schema: Schema,
  input: unknown,
): v.InferOutput<Schema> {
  const result = v.safeParse(schema, input, { abortEarly: true });
  if (result.success) return result.output;
  const [issue] = result.issues;
  const path = (issue.path ?? []).map(({ key }) => stepName(key)).join('.');
  throw new ParseError(what, path, issue.type);
}

function stepName(key: unknown): string {
  const text = String(key);
  return /^[\w@.-]{1,64}$/.test(text) ? text : '*';
}
