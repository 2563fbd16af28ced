import { IssuerError } from '../error.ts';

/** What an action gave, before it is parsed. */
export type ActionResult = Readonly<Record<string, unknown>>;

/**
 * A text of an action's result.
 *
 * @throws {@link IssuerError} `response_invalid`: the running service is another version.
 */
export function textOf(result: ActionResult, name: string): string {
  const value = result[name];
  if (typeof value !== 'string') throw invalid();
  return value;
}

/**
 * A number of an action's result.
 *
 * @throws {@link IssuerError} `response_invalid`.
 */
export function numberOf(result: ActionResult, name: string): number {
  const value = result[name];
  if (typeof value !== 'number') throw invalid();
  return value;
}

function invalid(): IssuerError {
  return new IssuerError('response_invalid', 'the running issuer answered in another shape', {
    hint: "is 'issuer serve' another version? restart it",
  });
}
