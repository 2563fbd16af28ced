import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { presentSdJwt } from '@symbolon/credentials';
import { createSigner, randomBytes } from '@symbolon/credentials/crypto';
import { encodeFrames, openRequestObject, readRequest, sealAnswer } from '@symbolon/presentation';
import { claimPathOf, IDENTITY_CARD } from '@symbolon/schemas';
import { anchorFingerprint, encodeCertificatesPem, openTrustBundle } from '@symbolon/trust';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { addRelyingParty } from '../../issuer/relying-party/add-relying-party.ts';
import { jsonOf, runVerifier } from '../cli/verifier/support/run-verifier.ts';
import { createHolderKey, createProof, requestCredential, requestNonce } from '../flow/holder.ts';
import { type RunningIssuer, startIssuer } from '../flow/running-issuer.ts';
import { deskFolder } from '../support/desk.ts';

let running: RunningIssuer;
beforeAll(async () => {
  running = await startIssuer();
});
afterAll(() => running.stop());

test('threat 11: the issuer hears nothing of a verification', async () => {
  const holder = createHolderKey();
  const { baseUrl, issuer } = running;
  const nonce = await requestNonce(baseUrl);
  const issued = await requestCredential(baseUrl, await running.token(), {
    credential_configuration_id: 'identity-card_dc+sd-jwt',
    proofs: { jwt: [createProof(holder, baseUrl, nonce)] },
  });
  const compact = String(Object(issued.json['credentials'])[0].credential);
  const { home, bundleText, anchor } = await setUpDesk();

  // From here on the issuer would have to hear of it.
  const before = running.log();
  expect(before.length).toBeGreaterThan(0);
  const asked = await runVerifier(home, ['request', '--policy', 'age-gate', '--json']);
  const { frames } = jsonOf(asked);
  const request = await openRequestObject(
    readRequest(Array.isArray(frames) ? frames.map(String) : []),
    { bundle: await openTrustBundle(bundleText, anchor, issuer.now()), now: issuer.now() },
  );
  const { d = '' } = holder.privateKey.export({ format: 'jwk' });
  const { x, y } = holder.jwk;
  const presentation = await presentSdJwt({
    compact,
    disclose: [claimPathOf(IDENTITY_CARD, 'age_equal_or_over_18', 'dc+sd-jwt')],
    keyBinding: {
      nonce: request.nonce,
      audience: request.clientId,
      iat: issuer.now(),
      signer: createSigner({ kty: 'EC', crv: 'P-256', x, y, d }),
    },
  });
  const [query] = request.query.credentials;
  const wire = await sealAnswer({
    request,
    answer: { kind: 'presented', vpToken: new Map([[query?.id ?? '', presentation]]) },
    random: randomBytes,
  });
  const input = encodeFrames(wire, { sid: request.sid, blockBytes: 493 }).join('\n');
  const checked = await runVerifier(home, ['check', '-'], { input });
  expect(checked.code, checked.stdout + checked.stderr).toBe(0);
  expect(running.log()).toBe(before);
});

async function setUpDesk() {
  const { issuer } = running;
  const papers = await addRelyingParty(issuer, {
    registration: {
      name: 'Bar',
      identifier: 'NTRCN-91310000',
      country: 'CN',
      purpose: [{ lang: 'en', value: 'Age check' }],
      policy: 'age-gate',
      privacy_policy: 'https://bar.example/privacy',
      support_uri: 'https://bar.example/support',
    },
    signingRequest: undefined,
  });
  const folder = mkdtempSync(join(tmpdir(), 'papers-'));
  const file = (name: string, text: string) => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };
  file('access-certificate.pem', encodeCertificatesPem(papers.accessCertificates));
  file('registration-certificate.jwt', papers.registrationCertificate);
  file('access-key.jwk', JSON.stringify(papers.accessKey));
  const anchor = issuer.agent.anchor;
  const bundleText = await issuer.trustBundles.current();
  const home = deskFolder();
  const made = await runVerifier(home, [
    ...['init', '--anchor', file('anchor.json', JSON.stringify(anchor))],
    ...['--anchor-fingerprint', await anchorFingerprint(anchor), '--certificates', folder],
  ]);
  expect(made.code, made.stderr).toBe(0);
  const imported = await runVerifier(home, ['bundle', 'import', file('bundle.jwt', bundleText)]);
  expect(imported.code, imported.stderr).toBe(0);
  return { home, bundleText, anchor };
}
