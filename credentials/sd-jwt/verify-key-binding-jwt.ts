import {
  CLOCK_SKEW_SECONDS,
  type EpochSeconds,
  type KeyBindingPayload,
  ParseError,
  type PublicJwk,
  parseKeyBinding,
} from '@symbolon/schemas';
import { hashTexts } from '#crypto';
import type { HashAlgorithm } from '../crypto/contract.ts';
import { CredentialError, type CredentialErrorCode } from '../error.ts';
import { decodeCompactJws, type UnverifiedJws } from '../jose/compact-jws.ts';
import { ALL_ALGORITHMS, verifyCompactJws } from '../jose/verify-compact-jws.ts';

const MAX_KEY_BINDING_CHARACTERS = 8_192;

/**
 * What shows that a presentation is fresh; the verifier must say which.
 *
 * `nonce_only`: the nonce alone, where the holder's clock is not to be relied on, as over QR codes.
 * `iat_window`: also the time of the key binding, at most `maxAgeSeconds` ago.
 */
export type Freshness =
  | { readonly kind: 'nonce_only' }
  | { readonly kind: 'iat_window'; readonly now: EpochSeconds; readonly maxAgeSeconds: number };

/** What a key binding must be bound to. */
export type KeyBindingExpectations = {
  readonly expectedNonce: string;
  /** The whole string, as the verifier calls itself. */
  readonly expectedAudience: string;
  readonly freshness: Freshness;
};

/** A presentation and the key that its credential names. */
export type BoundSdJwt = {
  readonly sdJwt: string;
  readonly keyBindingJwt: string | undefined;
  readonly hashAlgorithm: HashAlgorithm;
  readonly holderKey: PublicJwk | undefined;
};

/**
 * Verifies the key binding of a presentation.
 *
 * @throws {@link CredentialError} `key_binding_missing`, `holder_key_missing`,
 *   `key_binding_malformed`, `key_binding_algorithm_not_allowed`, `key_binding_signature_invalid`,
 *   `key_binding_type_mismatch`, `key_binding_not_fresh`, `nonce_mismatch`, `audience_mismatch`,
 *   `sd_hash_mismatch`.
 * @see RFC 9901 section 7.3 steps 2 and 5
 */
export async function verifyKeyBindingJwt(
  presentation: BoundSdJwt,
  expectations: KeyBindingExpectations,
): Promise<void> {
  const { keyBindingJwt, holderKey, hashAlgorithm, sdJwt } = presentation;
  // Step 2: what is required is missing, whatever the holder has sent instead.
  if (keyBindingJwt === undefined) {
    throw new CredentialError('key_binding_missing', 'the presentation has no key binding');
  }
  // Step 5.a: only the credential says which key.
  if (holderKey === undefined) {
    throw new CredentialError('holder_key_missing', "the credential has no 'cnf' with a JWK");
  }
  const jws = refusing(() => decodeCompactJws(keyBindingJwt, MAX_KEY_BINDING_CHARACTERS));
  // Steps 5.b to 5.d.
  await verifySignature(jws, holderKey);
  const payload = parsePayload(jws);
  // Step 5.e.
  checkFreshness(payload, expectations.freshness);
  // Step 5.f.
  checkTransaction(payload, expectations);
  // Step 5.g.
  const [sdHash = ''] = await hashTexts(hashAlgorithm, [sdJwt]);
  if (payload.sd_hash !== sdHash) {
    throw new CredentialError('sd_hash_mismatch', "'sd_hash' is not of this presentation");
  }
}

/** The codes of a JWS, as findings about the key binding. */
const CODES: Readonly<Partial<Record<CredentialErrorCode, CredentialErrorCode>>> = {
  format_mismatch: 'key_binding_type_mismatch',
  algorithm_not_allowed: 'key_binding_algorithm_not_allowed',
  signature_invalid: 'key_binding_signature_invalid',
  key_not_allowed: 'key_binding_signature_invalid',
};

async function verifySignature(jws: UnverifiedJws, key: PublicJwk): Promise<void> {
  try {
    await verifyCompactJws({ jws, key, expectedTyp: 'kb+jwt', algorithms: ALL_ALGORITHMS });
  } catch (cause) {
    throw asKeyBindingFault(cause);
  }
}

function refusing<Result>(run: () => Result): Result {
  try {
    return run();
  } catch (cause) {
    throw asKeyBindingFault(cause);
  }
}

function asKeyBindingFault(cause: unknown): unknown {
  if (!(cause instanceof CredentialError)) return cause;
  const code = CODES[cause.code] ?? 'key_binding_malformed';
  return new CredentialError(code, `key binding: ${cause.message}`, { cause });
}

function parsePayload(jws: UnverifiedJws): KeyBindingPayload {
  try {
    return parseKeyBinding(jws.payload);
  } catch (cause) {
    if (!(cause instanceof ParseError)) throw cause;
    throw new CredentialError('key_binding_malformed', cause.message, { cause });
  }
}

function checkFreshness({ iat, exp, nbf }: KeyBindingPayload, freshness: Freshness): void {
  if (freshness.kind === 'nonce_only') return;
  const { now, maxAgeSeconds } = freshness;
  const earliest = now - maxAgeSeconds - CLOCK_SKEW_SECONDS;
  const latest = now + CLOCK_SKEW_SECONDS;
  if (iat < earliest || iat > latest) {
    throw new CredentialError(
      'key_binding_not_fresh',
      `'iat' of the key binding must be within the last ${maxAgeSeconds} s`,
    );
  }
  if ((exp !== undefined && exp <= now - CLOCK_SKEW_SECONDS) || (nbf ?? 0) > latest) {
    throw new CredentialError('key_binding_not_fresh', "'exp' or 'nbf' of the key binding");
  }
}

function checkTransaction(
  { nonce, aud }: KeyBindingPayload,
  { expectedNonce, expectedAudience }: KeyBindingExpectations,
): void {
  if (nonce !== expectedNonce) {
    throw new CredentialError(
      'nonce_mismatch',
      "'nonce' of the key binding is not the expected one",
    );
  }
  if (aud !== expectedAudience) {
    throw new CredentialError('audience_mismatch', "'aud' of the key binding is not this verifier");
  }
}
