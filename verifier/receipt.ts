import { type Signer, sha256 } from '@symbolon/credentials/crypto';
import {
  decodeCompactJws,
  encodeBase64Url,
  signCompactJws,
  verifyCompactJws,
} from '@symbolon/credentials/jose';
import type { Verdict } from '@symbolon/presentation/judge';
import { type EpochSeconds, type P256PublicJwk, Refusal } from '@symbolon/schemas';
import { parseReceipt, RECEIPT_TYPE, type Receipt } from '@symbolon/schemas/receipt';
import type { TrustBundle } from '@symbolon/trust';
import { VerifierError } from './error.ts';

const MAX_RECEIPT_CHARACTERS = 16_384;

/** A check that was made, to be put on record. */
export type CheckedPresentation = {
  readonly verdict: Verdict<unknown>;
  readonly policy: string;
  readonly bundle: Pick<TrustBundle, 'digest' | 'document'>;
  /** The sealed answer; only its hash is kept. */
  readonly wire: Uint8Array;
  readonly now: EpochSeconds;
};

/**
 * Makes a receipt: when what was checked by which policy, and how each check came out. It holds no
 * value of a claim and nothing that leads to the person, and a change of it shows.
 *
 * @param signer - ES256, with the desk's access key.
 * @returns A compact JWS.
 */
export async function createReceipt(
  { verdict, policy, bundle, wire, now }: CheckedPresentation,
  signer: Signer,
): Promise<string> {
  const receipt: Receipt = {
    version: 1,
    time: now,
    policy,
    outcome: verdict.outcome,
    checks: verdict.checks.map((result) =>
      result.outcome === 'passed'
        ? { check: result.check, outcome: result.outcome }
        : { check: result.check, outcome: result.outcome, code: result.code },
    ),
    bundle: { sequence: bundle.document.sequence, digest: bundle.digest },
    answer: encodeBase64Url(await sha256(Uint8Array.from(wire))),
  };
  const checks = receipt.checks.map(({ code, ...check }) =>
    code === undefined ? check : { ...check, code },
  );
  const header = { alg: signer.alg, typ: RECEIPT_TYPE };
  return signCompactJws({ header, payload: { ...receipt, checks }, signer });
}

/**
 * Opens a receipt.
 *
 * @param key - The public half of the desk's access key.
 * @throws {@link VerifierError} `receipt_invalid` when it was changed or is of another desk.
 */
export async function openReceipt(compact: string, key: P256PublicJwk): Promise<Receipt> {
  try {
    const jws = decodeCompactJws(compact, MAX_RECEIPT_CHARACTERS);
    const algorithms = ['ES256'] as const;
    const { payload } = await verifyCompactJws({ jws, key, expectedTyp: RECEIPT_TYPE, algorithms });
    return parseReceipt(payload);
  } catch (cause) {
    if (!(cause instanceof Refusal)) throw cause;
    throw new VerifierError('receipt_invalid', 'a receipt was changed, or is of another desk', {
      cause,
    });
  }
}
