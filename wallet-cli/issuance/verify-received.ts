import { type JudgedCredential, judgeCredential, type Verdict } from '@symbolon/presentation/judge';
import type { CredentialConfiguration, EpochSeconds, JsonValue } from '@symbolon/schemas';
import type { CardCopy } from '@symbolon/schemas/wallet-file';
import type { TrustBundle } from '@symbolon/trust';
import { WalletError } from '../error.ts';
import type { HolderKey } from './holder-key.ts';
import type { TrustedIssuer } from './resolve-offer.ts';

/** What the credentials of one answer must be. */
export type ReceivedExpectations = {
  readonly configuration: CredentialConfiguration;
  readonly issuer: TrustedIssuer;
  /** The keys asked for: each must get exactly one credential. */
  readonly keys: readonly HolderKey[];
  readonly bundle: TrustBundle;
  readonly now: EpochSeconds;
};

/** Verified copies, each with its key, and until when all of them are good. */
export type ReceivedCopies = {
  readonly copies: readonly Pick<CardCopy, 'credential' | 'key'>[];
  readonly expiresAt: EpochSeconds;
};

/**
 * Verifies what an issuer handed out, with the judge that a counter uses, before any of it is kept:
 * format, issuer and its key in the trust bundle, signature, disclosures, times, not revoked; then
 * that it is of the type and from the issuer of the offer, that each is bound to another one of our
 * keys, and that no two share a status entry, by which they could be told to be one card.
 *
 * @throws {@link WalletError} `credential_refused` naming the check, `credential_other_type`,
 *   `credential_not_mine`, `credentials_linkable`.
 */
export async function verifyReceived(
  credentials: readonly string[],
  expected: ReceivedExpectations,
): Promise<ReceivedCopies> {
  const copies = new Map<HolderKey, Pick<CardCopy, 'credential' | 'key'>>();
  const statuses = new Set<string>();
  let expiresAt = Number.POSITIVE_INFINITY;
  for (const credential of credentials) {
    const judged = await judge(credential, expected);
    const key = expected.keys.find(({ publicJwk }) => publicJwk.x === judged.holderKey.x);
    if (key === undefined || copies.has(key)) {
      throw new WalletError('credential_not_mine', 'two credentials are bound to the same key');
    }
    copies.set(key, { credential, key: key.privateJwk });
    refuseRepeatedStatus(judged.claims['status'], statuses);
    expiresAt = Math.min(expiresAt, judged.expiresAt ?? 0);
  }
  return { copies: [...copies.values()], expiresAt };
}

async function judge(
  credential: string,
  { configuration, issuer, keys, bundle, now }: ReceivedExpectations,
): Promise<JudgedCredential> {
  const verdict = await judgeCredential(
    credential,
    {
      format: configuration.format,
      bundle,
      now,
      status: { kind: 'not_refused' },
      holder: { kind: 'held_key', keys: keys.map(({ publicJwk }) => publicJwk) },
    },
    (judged) => {
      if (judged.type.name !== configuration.type.name || judged.expiresAt === undefined) {
        throw new WalletError('credential_other_type', 'the credential is of another type');
      }
      if (judged.issuer !== issuer.issuer && judged.issuer !== issuer.did) {
        throw new WalletError('issuer_mismatch', 'the credential is from another issuer');
      }
      return judged;
    },
  );
  if (verdict.outcome === 'accepted') return verdict.claims;
  throw refused(verdict);
}

function refused({ checks }: Verdict<JudgedCredential>): WalletError {
  const failed = checks.find(({ outcome }) => outcome !== 'passed');
  const found = failed === undefined || failed.outcome === 'passed' ? 'none' : failed.code;
  return new WalletError(
    'credential_refused',
    `a credential from the issuer is not acceptable (${failed?.check ?? 'no check'}: ${found})`,
    { hint: 'nothing was kept; tell the authority' },
  );
}

function refuseRepeatedStatus(status: JsonValue | undefined, seen: Set<string>): void {
  if (status === undefined) return;
  const text = JSON.stringify(status);
  if (seen.has(text)) {
    throw new WalletError('credentials_linkable', 'two copies share one entry of a status list', {
      hint: 'nothing was kept; tell the authority',
    });
  }
  seen.add(text);
}
