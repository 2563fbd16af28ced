import { createHmac, randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import {
  CREDENTIAL_NONCE_SECONDS,
  createCredentialNonce,
  credentialNonceKey,
} from '../../../issuer/issuance/credential-nonce.ts';

const agentWith = (key: string) => ({
  mac: (purpose: string, data: Uint8Array) =>
    new Uint8Array(createHmac('sha256', key).update(purpose).update(data).digest()),
});
const random = (size: number) => new Uint8Array(randomBytes(size));
const agent = agentWith('one');
const NOW = 1_800_000_000;

test('OpenID4VCI 7.2: nonces are unpredictable, and ours until they end', () => {
  const nonces = Array.from({ length: 100 }, () => createCredentialNonce(agent, NOW, random));
  expect(new Set(nonces).size).toBe(100);
  for (const nonce of nonces) {
    expect(credentialNonceKey(agent, nonce, NOW)).toBeDefined();
    expect(credentialNonceKey(agent, nonce, NOW + CREDENTIAL_NONCE_SECONDS - 1)).toBeDefined();
    expect(credentialNonceKey(agent, nonce, NOW + CREDENTIAL_NONCE_SECONDS)).toBeUndefined();
  }
});

test('[attack 61] a nonce of another issuer, or one with any character changed, is not ours', () => {
  const nonce = createCredentialNonce(agent, NOW, random);
  expect(credentialNonceKey(agentWith('two'), nonce, NOW)).toBeUndefined();
  for (let at = 0; at < nonce.length; at += 1) {
    const changed = nonce.slice(0, at) + (nonce[at] === 'A' ? 'B' : 'A') + nonce.slice(at + 1);
    expect(credentialNonceKey(agent, changed, NOW)).toBeUndefined();
  }
});

for (const text of ['', 'x', '='.repeat(48), ' '.repeat(48), 'A'.repeat(49), 'é'.repeat(48)]) {
  test(`a text of ${text.length} characters is no nonce`, () => {
    expect(credentialNonceKey(agent, text, NOW)).toBeUndefined();
  });
}
