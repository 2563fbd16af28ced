import { OpenID4VCIClient } from '@sphereon/oid4vci-client';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createHolderKey, readJws, signJws } from '../flow/holder.ts';
import { type RunningIssuer, startIssuer } from '../flow/running-issuer.ts';

let issuer: RunningIssuer;

beforeAll(async () => {
  issuer = await startIssuer();
});

afterAll(async () => {
  await issuer.stop();
});

for (const by of ['value', 'reference'] as const) {
  test(`a wallet that is not ours collects a dc+sd-jwt card, offered by ${by}, with a transaction code`, async () => {
    const key = createHolderKey();
    const { offerUri, txCode } = await issuer.offer(['dc+sd-jwt'], by);
    const client = await OpenID4VCIClient.fromURI({ uri: offerUri, resolveOfferUri: true });
    await client.retrieveServerMetadata();
    await client.acquireAccessToken({ pin: txCode });
    const { credentials } = await client.acquireCredentials({
      credentialTypes: 'identity-card_dc+sd-jwt',
      format: 'dc+sd-jwt',
      alg: 'ES256',
      jwk: key.jwk,
      proofCallbacks: {
        signCallback: async ({ header, payload }) =>
          signJws(key, { ...header, jwk: key.jwk }, payload),
      },
    });
    const [first] = credentials ?? [];
    const { header, payload } = readJws(String(first?.credential));
    expect(header).toMatchObject({ typ: 'dc+sd-jwt', alg: 'ES256' });
    expect(payload).toMatchObject({
      iss: issuer.baseUrl,
      vct: 'urn:symbolon:identity-card:1',
      cnf: { jwk: key.jwk },
    });
  });
}
