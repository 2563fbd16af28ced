import { encodeBase64Url, encodeTextBase64Url, hashTexts } from '#crypto';
import type { Random, Signer } from '../crypto/contract.ts';
import { signParts } from '../jose/sign-compact-jws.ts';
import { createSaltedPrefixes } from './salted-prefixes.ts';
import type { Piece, SdJwtTemplate } from './template.ts';

const DECOY_BYTES = 32;

/** What a copy of an SD-JWT has of its own. */
export type SdJwtCopy = {
  /** JSON of each variable, in the template's order. */
  readonly variables: readonly string[];
  readonly signer: Signer;
  readonly random: Random;
};

/**
 * Makes one SD-JWT of a template: fresh salts, digests over them, signature.
 *
 * @see RFC 9901 section 4.2
 */
export async function fillTemplate(template: SdJwtTemplate, copy: SdJwtCopy): Promise<string> {
  const { variables, signer, random } = copy;
  const { texts, digests } = await createDigests(template, variables, random);
  const header = encodeTextBase64Url(JSON.stringify({ alg: signer.alg, ...template.header }));
  const payload = encodeTextBase64Url(render(template.payload, digests, variables));
  const jwt = await signParts(`${header}.${payload}`, signer);
  let compact = `${jwt}~`;
  for (const [number, { kind }] of template.digests.entries()) {
    if (kind === 'disclosure') compact += `${texts[number]}~`;
  }
  return compact;
}

/** Hashes level by level: a disclosure that holds digests comes after what they are of. */
async function createDigests(
  template: SdJwtTemplate,
  variables: readonly string[],
  random: Random,
): Promise<{ readonly texts: readonly string[]; readonly digests: readonly string[] }> {
  const count = template.digests.length;
  const prefixes = createSaltedPrefixes(count, random);
  const texts: string[] = new Array(count).fill('');
  const digests: string[] = new Array(count).fill('');
  for (let level = 0; level < template.levels; level += 1) {
    const numbers: number[] = [];
    for (const [number, digest] of template.digests.entries()) {
      if (digest.level !== level) continue;
      numbers.push(number);
      texts[number] =
        digest.kind === 'decoy'
          ? encodeBase64Url(random(DECOY_BYTES))
          : prefixes[number] + encodeTail(digest.tail, digests, variables);
    }
    const hashed = await hashTexts(
      'sha-256',
      numbers.map((number) => texts[number] ?? ''),
    );
    for (const [index, number] of numbers.entries()) digests[number] = hashed[index] ?? '';
  }
  return { texts, digests };
}

function encodeTail(
  tail: string | readonly Piece[],
  digests: readonly string[],
  variables: readonly string[],
): string {
  return typeof tail === 'string' ? tail : encodeTextBase64Url(render(tail, digests, variables));
}

function render(
  pieces: readonly Piece[],
  digests: readonly string[],
  variables: readonly string[],
): string {
  let json = '';
  for (const piece of pieces) {
    if (typeof piece === 'string') json += piece;
    else if (piece.kind === 'variable') json += variables[piece.number];
    else if (piece.kind === 'digest') json += digests[piece.number];
    else json += sortedArray(piece.numbers, digests);
  }
  return json;
}

/** Sorted, so that the order says nothing of the claims (RFC 9901 section 4.2.4.1). */
function sortedArray(numbers: readonly number[], digests: readonly string[]): string {
  const sorted = numbers.map((number) => digests[number] ?? '').sort();
  return `["${sorted.join('","')}"]`;
}
