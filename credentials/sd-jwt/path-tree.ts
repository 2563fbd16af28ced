import type { ClaimPath } from '@symbolon/schemas';
import type { SdJwtContents } from './template.ts';

/** The places of a payload at which something happens, as a tree of steps. */
export type PathTree = {
  steps: Map<string | number | null, PathTree> | undefined;
  disclosable: boolean;
  decoys: number;
  /** Variables that stand in this object. */
  variables: readonly { readonly name: string; readonly number: number }[];
  /** Whether the payload has this place. */
  found: boolean;
};

/** The places that an SD-JWT's contents name. */
export function createPathTree(contents: SdJwtContents): PathTree {
  const root = createNode();
  for (const path of contents.selectivelyDisclosable) placeIn(root, path).disclosable = true;
  for (const { path, count } of contents.decoys ?? []) placeIn(root, path).decoys += count;
  for (const [number, path] of (contents.variables ?? []).entries()) {
    const name = path.at(-1);
    if (typeof name !== 'string') throw new RangeError('a variable must be a member of an object');
    const place = placeIn(root, path.slice(0, -1));
    place.variables = [...place.variables, { name, number }];
  }
  if (root.disclosable) throw new RangeError('the payload itself cannot be disclosed selectively');
  return root;
}

/** What happens at a step: what is said of this one, or else of every element. */
export function stepInto({ steps }: PathTree, step: string | number): PathTree | undefined {
  return steps?.get(step) ?? (typeof step === 'number' ? steps?.get(null) : undefined);
}

/**
 * Checks that the payload has every place that was named; 'every element' may be none.
 *
 * @throws RangeError for a misspelt path.
 */
export function checkAllFound({ steps }: PathTree): void {
  if (steps === undefined) return;
  for (const [step, next] of steps) {
    if (next.found) checkAllFound(next);
    else if (step !== null) throw new RangeError('a path leads to nothing in the claims');
  }
}

function createNode(): PathTree {
  return { steps: undefined, disclosable: false, decoys: 0, variables: [], found: false };
}

function placeIn(root: PathTree, path: ClaimPath): PathTree {
  let place = root;
  for (const step of path) {
    place.steps ??= new Map();
    let next = place.steps.get(step);
    if (next === undefined) {
      next = createNode();
      place.steps.set(step, next);
    }
    place = next;
  }
  return place;
}
