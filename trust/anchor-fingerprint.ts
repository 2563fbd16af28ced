import { sha256 } from '@symbolon/credentials/crypto';
import type { TrustAnchor } from '@symbolon/schemas';

/**
 * What a person compares before an anchor is believed: SHA-256, in lower-case hexadecimal, over the
 * authority's name, whether it is a demo, and its key, so that none of the three can be exchanged.
 */
export async function anchorFingerprint(anchor: TrustAnchor): Promise<string> {
  const { authority, demo, key } = anchor;
  const canonical = JSON.stringify(['symbolon-trust-anchor', 1, authority, demo, key.x, key.y]);
  const digest = await sha256(new TextEncoder().encode(canonical));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
