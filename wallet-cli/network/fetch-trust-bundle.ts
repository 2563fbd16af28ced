import { WalletError } from '../error.ts';
import { requestWithinLimits } from './request.ts';

/**
 * Fetches a trust bundle; whether to believe it is decided by its signature.
 *
 * @throws {@link WalletError} `response_unexpected` unless the answer is 200, and what the network
 *   throws.
 */
export async function fetchTrustBundle(url: string, maxBytes: number): Promise<string> {
  const response = await requestWithinLimits({
    method: 'GET',
    url,
    headers: { accept: 'application/jwt' },
    maxBytes,
  });
  if (response.status === 200) return response.body.trim();
  throw new WalletError('response_unexpected', `expected status 200, got ${response.status}`, {
    hint: "check the URL; the authority serves its bundle at '/trust-bundle'",
  });
}
