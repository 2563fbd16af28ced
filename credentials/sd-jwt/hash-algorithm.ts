import type { JsonObject } from '@symbolon/schemas';
import type { HashAlgorithm } from '../crypto/contract.ts';
import { CredentialError } from '../error.ts';

const HASH_ALGORITHMS: ReadonlyMap<unknown, HashAlgorithm> = new Map([
  ['sha-256', 'sha-256'],
  ['sha-384', 'sha-384'],
  ['sha-512', 'sha-512'],
]);

/**
 * The digest algorithm of an SD-JWT: `_sd_alg`, or else SHA-256.
 *
 * @throws {@link CredentialError} `digest_algorithm_not_allowed`.
 * @see RFC 9901 section 4.1.1 and section 7.1 step 2.e
 */
export function hashAlgorithmOf(payload: JsonObject): HashAlgorithm {
  if (!('_sd_alg' in payload)) return 'sha-256';
  const algorithm = HASH_ALGORITHMS.get(payload['_sd_alg']);
  if (algorithm !== undefined) return algorithm;
  throw new CredentialError(
    'digest_algorithm_not_allowed',
    "'_sd_alg' must be sha-256, sha-384 or sha-512",
  );
}
