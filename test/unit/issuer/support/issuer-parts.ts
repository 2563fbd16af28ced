import { createHmac, generateKeyPairSync, hash, randomBytes, sign } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parsePublicJwk } from '@symbolon/schemas';
import { onTestFinished } from 'vitest';
import type { IssuerAgent, NamedKey, WrappingKey } from '../../../../issuer/agent/contract.ts';
import { parseConfig } from '../../../../issuer/config.ts';
import type { PopulationRegister } from '../../../../issuer/register/population-register.ts';
import { openBytes, sealBytes } from '../../../../issuer/sealed-bytes.ts';
import type { IssuanceStore } from '../../../../issuer/store/issuance-store.ts';
import { openSqliteStore } from '../../../../issuer/store/sqlite-store.ts';

/** 2026-11-25T12:00:00Z. */
export const NOON = 1_795_608_000;

export const random = (sizeBytes: number) => new Uint8Array(randomBytes(sizeBytes));

/** A folder that goes away with the test. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'symbolon-store-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** What the steps need of the agent, without its key file. */
function testAgent(): Pick<IssuerAgent, 'mac' | 'wrappingKey' | 'status'> {
  const secret = random(32);
  const wrappingKey: WrappingKey = {
    wrap: async (dataKey, place) => sealBytes(secret, place, dataKey, random),
    unwrap: async (wrapped, place) => openBytes(secret, place, wrapped),
  };
  const mac: IssuerAgent['mac'] = (purpose, data) => {
    const key = createHmac('sha256', secret).update(purpose).digest();
    return new Uint8Array(createHmac('sha256', key).update(data).digest());
  };
  return { mac, wrappingKey, status: testKey('did:web:localhost%3A8080#status-1') };
}

function testKey(kid: string): NamedKey {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const publicJwk = parsePublicJwk(publicKey.export({ format: 'jwk' }));
  if (publicJwk.crv !== 'P-256') throw new TypeError('another curve');
  const options = { key: privateKey, dsaEncoding: 'ieee-p1363' } as const;
  return {
    kid,
    didUrl: `did:web:issuer.example#${kid}`,
    publicJwk,
    certificates: [],
    signer: {
      alg: 'ES256',
      sign: async (data) => new Uint8Array(sign('sha256', data, options)),
    },
    validFrom: NOON - 1_000,
    validUntil: NOON + 1_000_000,
  };
}

const config = parseConfig(
  JSON.stringify({
    kind: 'symbolon-issuer',
    version: 1,
    authority: 'Test Authority',
    demo: true,
    base_url: 'http://localhost:8080',
    listen: { host: '127.0.0.1', port: 8080 },
  }),
);

/** A register that knows everybody and has no pictures. */
export const trustingRegister: PopulationRegister = {
  findPerson: async () => ({ portrait: undefined, portraitThumb: undefined }),
  close: async () => undefined,
};

/** The parts that the steps share, over a store in a folder of its own. */
export function testParts({
  now = (): number => NOON,
  register = trustingRegister,
}: {
  now?: () => number;
  register?: PopulationRegister;
} = {}) {
  const folder = temporaryFolder();
  const path = join(folder, 'issuer.db');
  const store = openSqliteStore(path, { now });
  onTestFinished(() => store.close());
  const agent = testAgent();
  return {
    agent,
    config,
    store,
    register,
    now,
    random,
    path,
    folder,
  };
}

let people = 0;

/** Adds an enrolment with bytes that nobody opens. */
export async function addEnrolment(store: IssuanceStore): Promise<string> {
  const enrolmentId = Buffer.from(random(16)).toString('hex');
  people += 1;
  await store.addEnrolment({
    enrolmentId,
    personHmac: new Uint8Array(hash('sha256', `person ${people}`, 'buffer')),
    wrappedKey: random(60),
    sealedPerson: random(200),
  });
  return enrolmentId;
}
