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
  /** Members whose value each copy brings along; they come after the claims of their object. */
  readonly variables?: readonly ClaimPath[];
};

/** Something in the JSON that each copy has of its own. */
export type Slot =
  /** The `_sd` array of the digests with these numbers. */
  | { readonly kind: 'digests'; readonly numbers: readonly number[] }
  /** One digest, of an array element. */
  | { readonly kind: 'digest'; readonly number: number }
  /** The value of the variable with this number. */
  | { readonly kind: 'variable'; readonly number: number };

/** A piece of JSON: constant text, or a slot. */
export type Piece = string | Slot;

/** What is behind a digest: a disclosure without its salt, or, for a decoy, nothing. */
export type DigestTemplate = {
  /** The round in which it is hashed: what holds digests comes after what they are of. */
  readonly round: number;
  /** What follows the salt: base64url when it is constant, or pieces of JSON. */
  readonly tail: string | readonly Piece[] | undefined;
};

/** An SD-JWT of one subject, without what each copy has of its own: salts, digests, variables. */
export type SdJwtTemplate = {
  readonly header: SdJwtContents['header'];
  /** By algorithm, as they come to be needed. */
  readonly encodedHeaders: Map<string, string>;
  readonly payload: readonly Piece[];
  /** By the number of the digest. */
  readonly digests: readonly DigestTemplate[];
  /** The numbers of the digests of each round. */
  readonly rounds: readonly (readonly number[])[];
};
