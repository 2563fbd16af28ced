import type { Signer } from '@symbolon/credentials/crypto';
import {
  openCompactJws,
  signCompactJws,
  type UnverifiedJws,
  type VerifiedJws,
  verifyCompactJws,
} from '@symbolon/credentials/jose';
import {
  CLOCK_SKEW_SECONDS,
  type EpochSeconds,
  type PublicJwk,
  parseStatusListToken,
  Refusal,
  type StatusListTokenPayload,
} from '@symbolon/schemas';
import { TrustError } from '../error.ts';
import { decodeStatusList, type StatusBits, type StatusList } from './status-list.ts';
import { MAX_STATUS_TOKEN_LENGTH } from './status-tokens.ts';

/** What a status list token says. */
export type StatusListTokenContents = {
  /** Where the list is published; becomes `sub`, and is the `uri` of every reference. */
  readonly uri: string;
  readonly bits: StatusBits;
  /** base64url of the zlib stream. */
  readonly lst: string;
  readonly iat: EpochSeconds;
  readonly exp: EpochSeconds;
  /** Seconds after which a fetched copy should be fetched again. */
  readonly ttl: number;
  /** Of the status key, as the trust bundle names it. */
  readonly kid: string;
};

/** A status list whose token was checked. */
export type VerifiedStatusList = StatusList & {
  readonly uri: string;
  readonly issuedAt: EpochSeconds;
  /** Until when it may be relied upon, if the token says so. */
  readonly expiresAt: EpochSeconds | undefined;
  readonly notBefore: EpochSeconds | undefined;
  readonly ttlSeconds: number | undefined;
};

/** What a status list token is judged by. */
export type StatusListExpectations = {
  readonly expectedUri: string;
  /** A status key of the issuer, as `findIssuerKey` returned it. */
  readonly key: PublicJwk;
  readonly now: EpochSeconds;
};

const TYP = 'statuslist+jwt';
const ALGORITHMS = ['ES256', 'ES384', 'EdDSA'] as const;

/**
 * Makes a status list token in JWT form.
 *
 * @throws ParseError when what it would say does not have the shape of a status list token.
 * @see Token Status List section 5.1
 */
export async function createStatusListToken(
  { uri, bits, lst, iat, exp, ttl, kid }: StatusListTokenContents,
  signer: Signer,
): Promise<string> {
  const payload = { sub: uri, iat, exp, ttl, status_list: { bits, lst } };
  parseStatusListToken(payload);
  return signCompactJws({ header: { typ: TYP, kid }, payload, signer });
}

/**
 * Verifies a status list token: all of section 8.3 but the look-up itself.
 *
 * `ttl` guides when to fetch again, and says nothing against a list that is at hand; how old a list
 * may be is the policy's to say.
 *
 * @throws {@link TrustError} `status_list_invalid`; `status_stale` from `exp` on.
 * @see Token Status List section 8.3
 */
export async function verifyStatusListToken(
  compact: string,
  { expectedUri, key, now }: StatusListExpectations,
): Promise<VerifiedStatusList> {
  const list = await readToken(
    openCompactJws({
      compact,
      maxBytes: MAX_STATUS_TOKEN_LENGTH,
      key,
      expectedTyp: TYP,
      algorithms: ALGORITHMS,
    }),
    expectedUri,
  );
  checkStatusListTimes(list, now);
  return list;
}

/**
 * The part of {@link verifyStatusListToken} that does not change with time: signature, type, shape,
 * `sub`, and the unpacked list. The token was read already to find it by its `sub`, which is safe in
 * a signed trust bundle.
 *
 * @throws {@link TrustError} `status_list_invalid`.
 */
export async function openStatusListToken(
  jws: UnverifiedJws,
  expectedUri: string,
  key: PublicJwk,
): Promise<VerifiedStatusList> {
  const verified = verifyCompactJws({ jws, key, expectedTyp: TYP, algorithms: ALGORITHMS });
  return readToken(verified, expectedUri);
}

async function readToken(
  verified: Promise<VerifiedJws>,
  expectedUri: string,
): Promise<VerifiedStatusList> {
  const token = await parseToken(verified);
  // Step 2: a list is only good for the URI that it was made for.
  if (token.sub !== expectedUri) {
    throw new TrustError('status_list_invalid', "'sub' is not the URI of the expected status list");
  }
  const list = await decodeStatusList(token.status_list);
  const { sub, iat, exp, nbf, ttl } = token;
  return { ...list, uri: sub, issuedAt: iat, expiresAt: exp, notBefore: nbf, ttlSeconds: ttl };
}

/**
 * The part of {@link verifyStatusListToken} that changes with time.
 *
 * @throws {@link TrustError} `status_list_invalid` for a list from the future, `status_stale` for one
 *   that has expired.
 */
export function checkStatusListTimes(list: VerifiedStatusList, now: EpochSeconds): void {
  const { issuedAt, notBefore, expiresAt } = list;
  const start = Math.max(issuedAt, notBefore ?? issuedAt);
  if (!(start <= now + CLOCK_SKEW_SECONDS)) {
    const message = `the status list is from ${start - now} s in the future`;
    throw new TrustError('status_list_invalid', message, { hint: "check this device's clock" });
  }
  // Step 4.
  if (expiresAt !== undefined && !(now < expiresAt + CLOCK_SKEW_SECONDS)) {
    throw new TrustError('status_stale', `the status list expired ${now - expiresAt} s ago`, {
      hint: 'import a new trust bundle',
    });
  }
}

async function parseToken(verified: Promise<VerifiedJws>): Promise<StatusListTokenPayload> {
  try {
    const { payload } = await verified;
    return parseStatusListToken(payload);
  } catch (cause) {
    if (!(cause instanceof Refusal)) throw cause;
    const message = `this is not a valid status list token: ${cause.message}`;
    throw new TrustError('status_list_invalid', message, { cause });
  }
}
