import type { EpochSeconds } from '@symbolon/schemas';
import type { AgentPart } from '../agent-part.ts';
import type { Issuer } from '../issuer.ts';
import { createExpiringSecret, expiringKeyOf, ownExpiringKey } from '../store/expiring-key.ts';
import type { Entitlement } from '../store/issuance-store.ts';
import { TokenError } from './token-error.ts';
import { txCodeHmac } from './transaction-code.ts';

/** How long an access token is good for. */
const ACCESS_TOKEN_SECONDS = 600;

/** A token request of the pre-authorized code flow. */
export type CodeRedemption = {
  readonly code: string;
  readonly txCode: string | undefined;
  /** Thumbprint of the DPoP key that the token shall be bound to. */
  readonly dpopJkt: string | undefined;
  readonly now: EpochSeconds;
};

/** An access token and what it is good for. */
export type RedeemedCode = Entitlement & {
  /** 48 characters of base64url; only its hash is stored. */
  readonly accessToken: string;
  readonly expiresInSeconds: number;
};

/**
 * Redeems a pre-authorized code: the step between a credential offer and an access token.
 *
 * The store counts the attempt, compares the transaction code in constant time and puts the token
 * in the offer's place, in one step: 50 parallel right requests get one token, 50 parallel wrong
 * ones are at most five comparisons, after which the code is burned. The token is good for as many
 * credentials as the issuer hands out at once, times the configurations of the offer: one pool, of
 * which each configuration may take any share.
 *
 * @throws {@link TokenError} `invalid_grant` for an unknown, redeemed, expired or burned code and
 *   for a wrong `tx_code`; `invalid_request` when `tx_code` is missing.
 * @see [OpenID4VCI 1.0 section 6.3](https://openid.net/specs/openid-4-verifiable-credential-issuance-1_0.html#section-6.3)
 */
export async function redeemPreAuthorizedCode(
  issuer: Pick<Issuer, 'config' | 'store' | 'random'> & AgentPart<'mac'>,
  { code, txCode, dpopJkt, now }: CodeRedemption,
): Promise<RedeemedCode> {
  const offerKey = expiringKeyOf(code);
  if (offerKey === undefined) throw codeUnknown();
  if (txCode === undefined) {
    throw new TokenError('invalid_request', 'tx_code is missing: every offer of ours asks for one');
  }
  const accessToken = createExpiringSecret(now + ACCESS_TOKEN_SECONDS, issuer.random);
  const redemption = await issuer.store.redeemOffer({
    offerKey,
    txCodeHmac: txCodeHmac(issuer.agent.mac, offerKey, txCode),
    token: {
      tokenKey: ownExpiringKey(accessToken),
      dpopJkt,
      credentialsPerConfiguration: issuer.config.batchSize,
    },
    now,
  });
  switch (redemption.outcome) {
    case 'redeemed':
      return {
        ...redemption.entitlement,
        accessToken,
        expiresInSeconds: ACCESS_TOKEN_SECONDS,
      };
    case 'tx_code_wrong':
      throw new TokenError('invalid_grant', 'tx_code does not match', {
        hint: `${redemption.attemptsLeft} attempts left`,
      });
    case 'unknown':
      throw codeUnknown();
  }
}

function codeUnknown(): TokenError {
  return new TokenError(
    'invalid_grant',
    'pre-authorized code is unknown, expired, redeemed or guessed at too often',
    { hint: 'ask for a new offer' },
  );
}
