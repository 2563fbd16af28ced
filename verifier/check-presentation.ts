import { type Answer, openAnswer, PresentationError } from '@symbolon/presentation/check';
import {
  type CheckName,
  judgeCredential,
  type PresentedClaims,
  readPolicyClaims,
  rejectUnread,
  type Verdict,
} from '@symbolon/presentation/judge';
import {
  CREDENTIAL_FORMATS,
  type CredentialFormat,
  type EpochSeconds,
  getPolicy,
} from '@symbolon/schemas';
import type { TrustBundle } from '@symbolon/trust';
import { VerifierError } from './error.ts';
import type { PresentationRequest } from './request.ts';

/** What an answer is judged by. */
export type PresentationExpectations = {
  /** The request that it must answer; whether that one may still be answered is the caller's check. */
  readonly request: Omit<PresentationRequest, 'sid'>;
  readonly bundle: TrustBundle;
  /** The trusted time: the clock, never behind the newest signed time seen. */
  readonly now: EpochSeconds;
};

/**
 * Judges the answer to a request, without a network; never throws on bad evidence.
 *
 * It says nothing about whether the request was answered before: the caller takes the request away,
 * in one atomic step, before it believes an accepted verdict.
 *
 * @param wire - The sealed answer, put together from its frames.
 */
export async function checkPresentation(
  wire: Uint8Array,
  { request, bundle, now }: PresentationExpectations,
): Promise<Verdict<PresentedClaims>> {
  let answer: Answer;
  try {
    answer = await openAnswer(wire, {
      responsePrivateJwk: request.responsePrivateJwk,
      requestCompact: request.compact,
    });
  } catch (error) {
    return rejectUnread(checkOfSeal(error), error);
  }
  const policy = getPolicy(request.policy);
  if (policy === undefined) return rejectUnread('request_satisfied', unknownPolicy());
  if (answer.kind === 'refused') return rejectUnread('request_satisfied', holderRefused(answer));
  // Exactly one: what else there is was not asked for, and nothing is passed over unchecked.
  const [presented, ...others] = [...answer.vpToken];
  const format = presented && formatOf(request, presented[0]);
  if (presented === undefined || format === undefined || others.length > 0) {
    return rejectUnread('request_satisfied', unexpected());
  }
  const [queryId, compact] = presented;
  return judgeCredential(
    compact,
    {
      format,
      bundle,
      now,
      status: { kind: 'max_age', seconds: policy.statusMaxAgeSeconds },
      holder: {
        kind: 'key_binding',
        expectedNonce: request.nonce,
        expectedAudience: request.clientId,
      },
    },
    (credential) => readPolicyClaims(credential, { policy, query: request.query, queryId }),
  );
}

/** An answer to another request, or of another phone, does not open: it is bound to something else. */
function checkOfSeal(error: unknown): CheckName {
  return error instanceof PresentationError && error.code === 'answer_unreadable'
    ? 'holder_binding'
    : 'format';
}

function formatOf(
  { query }: Pick<PresentationRequest, 'query'>,
  queryId: string,
): CredentialFormat | undefined {
  const asked = query.credentials.find(({ id }) => id === queryId);
  return CREDENTIAL_FORMATS.find((format) => format === asked?.format);
}

function holderRefused({ error }: { readonly error: string }): VerifierError {
  const message = `the holder or the wallet has declined (${error})`;
  return new VerifierError('holder_refused', message, {
    hint: 'ask whether the card is in this wallet and whether the holder agrees to show it',
  });
}

function unexpected(): VerifierError {
  const message = 'the answer does not hold exactly one presentation that was asked for';
  return new VerifierError('presentation_unexpected', message);
}

function unknownPolicy(): VerifierError {
  return new VerifierError('policy_unknown', 'the policy of the request is no longer known');
}
