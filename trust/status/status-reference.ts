import {
  type JsonObject,
  ParseError,
  parseStatusClaim,
  type StatusReference,
} from '@symbolon/schemas';
import { TrustError } from '../error.ts';

/**
 * Finds where a credential's status is kept.
 *
 * Our issuers always set a status, and exactly one kind of it. A credential without one, with a
 * mechanism that we do not know, or with two, is refused: none of these means VALID.
 *
 * @param payload - The verified payload of the credential.
 * @throws {@link TrustError} `status_reference_invalid`.
 */
export function findStatusReference(payload: JsonObject): StatusReference {
  const { status } = payload;
  if (status === undefined) {
    throw new TrustError('status_reference_invalid', "the credential has no 'status'");
  }
  try {
    return parseStatusClaim(status);
  } catch (cause) {
    if (!(cause instanceof ParseError)) throw cause;
    const message = `'status' must be one status_list reference, and nothing else: ${cause.message}`;
    throw new TrustError('status_reference_invalid', message, { cause });
  }
}
