import { decodeCompactJws, type UnverifiedJws } from '@symbolon/credentials/jose';
import { parseStatusListToken, Refusal } from '@symbolon/schemas';

/** As long as `status_lists` of the trust bundle allows. */
export const MAX_STATUS_TOKEN_LENGTH = 16_000_000;

/** Status list tokens by their unverified `sub`; 'repeated' where two tokens have the same. */
export type StatusTokens = ReadonlyMap<string, UnverifiedJws | 'repeated'>;

/**
 * Sorts the tokens of a bundle by the list that they claim to be. A token that cannot be read is left
 * out: its list is then missing, and the other lists stay usable (Token Status List section 9).
 */
export function indexStatusTokens(compacts: readonly string[]): StatusTokens {
  const tokens = new Map<string, UnverifiedJws | 'repeated'>();
  for (const compact of compacts) {
    const token = readToken(compact);
    if (token === undefined) continue;
    tokens.set(token.uri, tokens.has(token.uri) ? 'repeated' : token.jws);
  }
  return tokens;
}

/** `sub` and `iat` of every readable token, unverified. */
export function statusTokenTimes(compacts: readonly string[]): ReadonlyMap<string, number> {
  return new Map(
    compacts.flatMap((compact) => {
      const token = readToken(compact);
      return token === undefined ? [] : [[token.uri, token.issuedAt] as const];
    }),
  );
}

function readToken(
  compact: string,
): { readonly jws: UnverifiedJws; readonly uri: string; readonly issuedAt: number } | undefined {
  try {
    const jws = decodeCompactJws(compact, MAX_STATUS_TOKEN_LENGTH);
    const { sub, iat } = parseStatusListToken(jws.payload);
    return { jws, uri: sub, issuedAt: iat };
  } catch (error) {
    if (error instanceof Refusal) return undefined;
    throw error;
  }
}
