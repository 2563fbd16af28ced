import type { ClaimPath } from '@symbolon/schemas';
import type { CredentialQuery, DcqlQuery } from '@symbolon/schemas/openid4vp';
import { PADDING_CLASSES } from '../packing/padding.ts';

/** Issuer's and holder's signatures, certificate, digests, status: of any presentation, packed. */
const PRESENTATION_BYTES = 1900;
/** Salt, name and value of an ordinary claim, packed. */
const CLAIM_BYTES = 90;
/** The largest portraits that a card holds, with their salts (`schemas/credential-types`). */
const PORTRAIT_BYTES: ReadonlyMap<string, number> = new Map([
  ['portrait', 2600],
  ['portrait_thumb', 1080],
]);

/**
 * The wire size that a question calls for: the smallest class that holds a full answer.
 *
 * It follows from the question alone, never from what the holder has, picks or declines, so an
 * answer in part and a refusal have the size of an answer in full.
 *
 * @returns A member of {@link PADDING_CLASSES}.
 */
export function answerClass({ credentials, credential_sets: sets }: DcqlQuery): number {
  const sizes = new Map(credentials.map((query) => [query.id, presentationBytes(query)]));
  const total = (ids: readonly string[]): number =>
    ids.reduce((sum, id) => sum + (sizes.get(id) ?? 0), 0);
  const needed =
    sets === undefined
      ? total([...sizes.keys()])
      : sets.reduce((sum, { options }) => sum + Math.max(...options.map(total)), 0);
  return PADDING_CLASSES.find((size) => size >= needed) ?? PADDING_CLASSES.at(-1) ?? 0;
}

function presentationBytes({ claims = [] }: CredentialQuery): number {
  return claims.reduce((sum, { path }) => sum + claimBytes(path), PRESENTATION_BYTES);
}

function claimBytes(path: ClaimPath): number {
  return PORTRAIT_BYTES.get(String(path.at(-1))) ?? CLAIM_BYTES;
}
