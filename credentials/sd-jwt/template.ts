import type { ClaimPath, JsonObject } from '@symbolon/schemas';

/** What to make an SD-JWT of. */
export type SdJwtContents = {
  /** Without `alg`, which is the signer's. */
  readonly header: JsonObject & { readonly typ: string };
  readonly claims: JsonObject;
  /** `null` as a step means every element of an array. */
  readonly selectivelyDisclosable: readonly ClaimPath[];
  /** How many digests without a disclosure stand in which object or array; `[]` is the payload. */
  readonly decoys?: readonly { readonly path: ClaimPath; readonly count: number }[];
  /** Members whose value each copy brings along; they come last in their object. */
  readonly variables?: readonly ClaimPath[];
};

/** A piece of JSON: constant text, or something that each copy has of its own. */
export type Piece =
  | string
  /** The `_sd` array of the digests with these numbers. */
  | { readonly kind: 'digests'; readonly numbers: readonly number[] }
  /** One digest, of an array element. */
  | { readonly kind: 'digest'; readonly number: number }
  /** The value of the variable with this number. */
  | { readonly kind: 'variable'; readonly number: number };

/** What is behind a digest: a disclosure without its salt, or nothing (a decoy). */
export type DigestTemplate =
  | {
      readonly kind: 'disclosure';
      /** Rounds of hashing that come before it is complete: 0 when nothing in it has a digest. */
      readonly level: number;
      /** What follows the salt: base64url when it is constant, or pieces of JSON. */
      readonly tail: string | readonly Piece[];
    }
  | { readonly kind: 'decoy'; readonly level: 0 };

/** An SD-JWT of one subject, without what each copy has of its own: salts, digests, variables. */
export type SdJwtTemplate = {
  readonly header: SdJwtContents['header'];
  readonly payload: readonly Piece[];
  /** By the number of the digest. */
  readonly digests: readonly DigestTemplate[];
  /** Rounds of hashing that the payload needs. */
  readonly levels: number;
};
