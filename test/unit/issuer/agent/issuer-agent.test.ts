import { verifyJwtVc } from '@symbolon/credentials';
import { randomBytes, verifySignature } from '@symbolon/credentials/crypto';
import { decodeCompactJws } from '@symbolon/credentials/jose';
import { IDENTITY_CARD, type JsonObject } from '@symbolon/schemas';
import { verifyCertificatePath } from '@symbolon/trust/certificates';
import { describe, expect, test } from 'vitest';
import type { IssuerAgent, JwtVcContent } from '../../../../issuer/agent/contract.ts';
import { MAC_PURPOSES } from '../../../../issuer/agent/contract.ts';
import { createKeyVault } from '../../../../issuer/agent/create-key-vault.ts';
import { didWebOf } from '../../../../issuer/agent/did-document.ts';
import { KeyVault } from '../../../../issuer/agent/key-vault.ts';
import { createIssuerAgent } from '../../../../issuer/agent/open-issuer-agent.ts';

const NOW = 1_795_600_000;
const DAY = 86_400;
const TODAY = NOW - (NOW % DAY);
const BASE_URL = 'https://id.example';
const CONFIG = { authority: 'City of Example', baseUrl: BASE_URL, demo: false };

async function newVault(): Promise<KeyVault> {
  return createKeyVault({
    name: CONFIG.authority,
    country: 'CN',
    baseUrl: BASE_URL,
    passphrase: 'a passphrase',
    now: NOW,
    random: randomBytes,
    scryptCost: 16_384,
  });
}

const vault = await newVault();
const agent: IssuerAgent = createIssuerAgent(vault, CONFIG, randomBytes);

const CONTENT: JwtVcContent = {
  id: 'urn:uuid:8d1f9e0c-7f0a-4d3a-9f56-0d2c3a1b4e5f',
  context: IDENTITY_CARD.w3cContext11,
  types: IDENTITY_CARD.w3cTypes,
  subject: {
    id: 'did:jwk:eyJrdHkiOiJFQyJ9',
    family_name: 'Zhang',
    verified_claims: { verification: { assurance_level: 'basic' } },
  },
  issuedOn: TODAY,
  expiresOn: TODAY + 365 * DAY,
};

const decode = (compact: string): { header: JsonObject; payload: JsonObject } => {
  const { header, payload } = decodeCompactJws(compact, 65_536);
  return { header: { ...header }, payload };
};

describe('issueJwtVc: a jwt_vc_json credential of data model 1.1 by the did:web key', () => {
  test('holds exactly nbf, exp, jti, sub, iss and vc, and no time of day', async () => {
    const { header, payload } = decode(await agent.issueJwtVc(CONTENT));
    expect(header).toEqual({ alg: 'ES256', typ: 'JWT', kid: 'did:web:id.example#credential-1' });
    expect(payload).toEqual({
      iss: 'did:web:id.example',
      sub: CONTENT.subject.id,
      jti: CONTENT.id,
      nbf: TODAY,
      exp: TODAY + 365 * DAY,
      vc: {
        '@context': IDENTITY_CARD.w3cContext11,
        type: IDENTITY_CARD.w3cTypes,
        credentialSubject: {
          family_name: 'Zhang',
          verified_claims: { verification: { assurance_level: 'basic' } },
        },
      },
    });
  });

  test('is verified by our own verifier with the key that did.json names', async () => {
    const compact = await agent.issueJwtVc(CONTENT);
    const issuerKey = agent.credential.publicJwk;
    await expect(verifyJwtVc(compact, { issuerKey, now: NOW })).resolves.toBeDefined();
    const stranger = createIssuerAgent(await newVault(), CONFIG, randomBytes).credential.publicJwk;
    await expect(verifyJwtVc(compact, { issuerKey: stranger, now: NOW })).rejects.toMatchObject({
      name: 'CredentialError',
    });
    const expired = verifyJwtVc(compact, { issuerKey, now: TODAY + 366 * DAY });
    await expect(expired).rejects.toMatchObject({ name: 'CredentialError' });
  });

  test('does not change what it is given', async () => {
    const content = structuredClone(CONTENT);
    await agent.issueJwtVc(content);
    expect(content).toEqual(CONTENT);
  });

  for (const [name, change] of [
    ['a time of day as issuedOn', { issuedOn: TODAY + 1 }],
    ['a time of day as expiresOn', { expiresOn: TODAY + 365 * DAY + 3600 }],
    ['an expiry on the same day', { expiresOn: TODAY }],
    ['an expiry before the issue', { expiresOn: TODAY - DAY }],
  ] as const) {
    test(`refuses ${name}, as a fault of the caller`, async () => {
      await expect(agent.issueJwtVc({ ...CONTENT, ...change })).rejects.toBeInstanceOf(RangeError);
    });
  }
});

describe('the identity', () => {
  for (const [baseUrl, did] of [
    ['https://id.example', 'did:web:id.example'],
    ['https://id.example:8443', 'did:web:id.example%3A8443'],
    ['http://localhost:8080', 'did:web:localhost%3A8080'],
    ['http://127.0.0.1:8080', 'did:web:127.0.0.1%3A8080'],
  ] as const) {
    test(`${baseUrl} is ${did}`, () => expect(didWebOf(baseUrl)).toBe(did));
  }

  test('did.json names the credential key, and no other, for assertions', () => {
    expect(agent.didDocument).toMatchObject({
      id: 'did:web:id.example',
      assertionMethod: ['did:web:id.example#credential-1'],
    });
    const text = JSON.stringify(agent.didDocument);
    expect(text).toContain(agent.credential.publicJwk.x);
    expect(text).not.toContain(agent.anchor.key.x);
    expect(text).not.toMatch(/"d":/);
  });

  test('a base URL that the keys were not made for is refused', () => {
    const moved = { ...CONFIG, baseUrl: 'https://other.example' };
    expect(() => createIssuerAgent(vault, moved, randomBytes)).toThrow(
      expect.objectContaining({ name: 'AgentError', code: 'key_unknown' }),
    );
  });
});

describe('certificates', () => {
  test('the credential and the status leaf stand under the issuer CA and name the host', async () => {
    for (const key of [agent.credential, agent.status]) {
      expect(key.certificates).toHaveLength(1);
      const verified = await verifyCertificatePath({
        chain: key.certificates,
        anchors: [agent.authorities.issuer],
        purpose: key === agent.status ? 'status' : 'credential_issuer',
        revocations: [],
        now: NOW,
      });
      expect(verified.publicJwk).toEqual(key.publicJwk);
      expect(verified.dnsNames).toContain('id.example');
    }
  });

  test('the registrar stands under an anchor of its own, and not under the others', async () => {
    const chain = agent.registrar.certificates;
    const path = { chain, purpose: 'registrar' as const, revocations: [], now: NOW };
    const { registrar, issuer, access } = agent.authorities;
    await expect(verifyCertificatePath({ ...path, anchors: [registrar] })).resolves.toBeDefined();
    await expect(
      verifyCertificatePath({ ...path, anchors: [issuer, access] }),
    ).rejects.toMatchObject({ name: 'TrustError' });
  });

  test('an access certificate proves the organisation, under the access CA only', async () => {
    const holder = await newVault();
    const chain = await agent.issueAccessCertificate({
      subject: {
        commonName: 'Harbour Hotel',
        organizationName: 'Harbour Hotel Ltd.',
        organizationIdentifier: 'NTRCN-91310000',
        country: 'CN',
      },
      publicJwk: holder.findKeyFor('bundle').publicJwk,
      notBefore: TODAY,
      notAfter: TODAY + 365 * DAY,
    });
    const path = { chain, purpose: 'access' as const, revocations: [], now: NOW };
    const verified = await verifyCertificatePath({ ...path, anchors: [agent.authorities.access] });
    expect(verified.organizationIdentifier).toBe('NTRCN-91310000');
    for (const now of [TODAY - DAY, TODAY + 366 * DAY]) {
      const elsewhen = { ...path, anchors: [agent.authorities.access], now };
      await expect(verifyCertificatePath(elsewhen)).rejects.toMatchObject({ name: 'TrustError' });
    }
    const wrong = { ...path, anchors: [agent.authorities.issuer, agent.authorities.registrar] };
    await expect(verifyCertificatePath(wrong)).rejects.toMatchObject({ name: 'TrustError' });
  });
});

describe('keys are used for one thing', () => {
  test('no two purposes share a key', () => {
    const coordinates = vault.keys().map(({ publicJwk }) => publicJwk.x);
    expect(new Set(coordinates).size).toBe(8);
  });

  test('the bundle signer is the private half of the anchor, and of nothing else', async () => {
    const data = new TextEncoder().encode('bundle');
    const signature = await agent.bundleSigner.sign(data);
    const check = (key: typeof agent.anchor.key): Promise<boolean> =>
      verifySignature({ alg: 'ES256', key, data, signature });
    expect(await check(agent.anchor.key)).toBe(true);
    expect(await check(agent.credential.publicJwk)).toBe(false);
  });

  test('each purpose of a MAC has a key of its own, and the same after reopening', async () => {
    const data = new TextEncoder().encode('110101199003070011');
    const codes = MAC_PURPOSES.map((purpose) =>
      Buffer.from(agent.mac(purpose, data)).toString('hex'),
    );
    expect(new Set(codes).size).toBe(MAC_PURPOSES.length);
    expect(codes.every((code) => code.length === 64)).toBe(true);
    const reopened = await KeyVault.open(vault.toFile(), 'a passphrase', randomBytes);
    const again = createIssuerAgent(reopened, CONFIG, randomBytes);
    expect(Buffer.from(again.mac('identity_number', data)).toString('hex')).toBe(codes[0]);
  });
});

describe('the wrapping key', () => {
  const dataKey = randomBytes(32);

  test('unwraps what it wrapped, in its place only', async () => {
    const wrapped = await agent.wrappingKey.wrap(dataKey, 'enrolment:1');
    expect(Buffer.from(wrapped).includes(Buffer.from(dataKey))).toBe(false);
    expect(await agent.wrappingKey.unwrap(wrapped, 'enrolment:1')).toEqual(dataKey);
    await expect(agent.wrappingKey.unwrap(wrapped, 'enrolment:2')).rejects.toMatchObject({
      code: 'key_store_invalid',
    });
  });

  test('any changed byte is noticed', async () => {
    const wrapped = await agent.wrappingKey.wrap(dataKey, 'enrolment:1');
    for (let at = 0; at < wrapped.length; at += 1) {
      const changed = wrapped.slice();
      changed[at] = (changed[at] ?? 0) ^ 0x80;
      await expect(agent.wrappingKey.unwrap(changed, 'enrolment:1')).rejects.toMatchObject({
        code: 'key_store_invalid',
      });
    }
  });
});
