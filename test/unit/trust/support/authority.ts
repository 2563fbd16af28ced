import { deflateSync } from 'node:zlib';
import { createSigner, generateP256KeyPair, randomBytes } from '@symbolon/credentials/crypto';
import { encodeBase64Url, signCompactJws } from '@symbolon/credentials/jose';
import type { JsonObject, TrustAnchor, TrustBundleDocument } from '@symbolon/schemas';
import { createStatusListToken, type StatusBits, setStatusAt } from '@symbolon/trust';
import { createCertificate, createCertificateAuthority } from '@symbolon/trust/certificates';
import * as v from 'valibot';

/** The moment at which every test of this folder plays. */
export const NOW = 1_795_600_000;
export const HOUR = 3600;
export const DAY = 86_400;
export const ISSUER = 'https://issuer.example';
export const DID = 'did:web:issuer.example';
export const LIST = `${ISSUER}/status/1`;
export const CARD = 'urn:symbolon:identity-card:1';

export const [anchorKeys, nextAnchorKeys, strangerKeys, issuerKeys, statusKeys, caKeys] =
  await Promise.all([
    generateP256KeyPair(),
    generateP256KeyPair(),
    generateP256KeyPair(),
    generateP256KeyPair(),
    generateP256KeyPair(),
    generateP256KeyPair(),
  ]);

export const ANCHOR: TrustAnchor = {
  kind: 'symbolon-trust-anchor',
  version: 1,
  authority: 'Test Authority',
  demo: true,
  key: anchorKeys.publicJwk,
};

const subject = { commonName: 'Test', organizationName: 'Test Authority', country: 'CN' };
const lifetime = { notBefore: NOW - 100 * DAY, notAfter: NOW + 900 * DAY, random: randomBytes };
const caSigner = createSigner(caKeys.privateJwk);

export const CA = await createCertificateAuthority({
  ...lifetime,
  subject: { ...subject, commonName: 'Test CA' },
  publicJwk: caKeys.publicJwk,
  signer: caSigner,
});

/** A leaf for the issuer's credential key, under {@link CA}. */
export const issuerCertificate = (hosts: string[], publicJwk = issuerKeys.publicJwk) =>
  createCertificate({
    ...lifetime,
    purpose: 'credential_issuer',
    subject,
    hosts,
    publicJwk,
    authority: { certificate: CA, signer: caSigner },
  });

export const LEAF = await issuerCertificate(['issuer.example']);

const times = { valid_from: NOW - 10 * DAY, valid_until: NOW + 300 * DAY };

type BundleKey = TrustBundleDocument['issuers'][number]['keys'][number];

export const CREDENTIAL_KEY: BundleKey = {
  kid: 'credential-1',
  jwk: issuerKeys.publicJwk,
  certificates: [LEAF],
  uses: ['credential'],
  ...times,
};

export const STATUS_KEY: BundleKey = {
  kid: 'status-1',
  jwk: statusKeys.publicJwk,
  certificates: [],
  uses: ['status'],
  ...times,
};

/** The DID document of the test issuer; `change` replaces members. */
export const didDocument = (change: object = {}) => ({
  '@context': ['https://www.w3.org/ns/did/v1'],
  id: DID,
  verificationMethod: [
    {
      id: `${DID}#credential-1`,
      type: 'JsonWebKey',
      controller: DID,
      publicKeyJwk: { ...issuerKeys.publicJwk },
    },
  ],
  assertionMethod: [`${DID}#credential-1`],
  ...change,
});

/** One issuer; `change` replaces members. */
export const trustedIssuer = (
  change: Partial<TrustBundleDocument['issuers'][number]> = {},
): TrustBundleDocument['issuers'][number] => ({
  name: 'Test Issuer',
  service_type: 'http://uri.etsi.org/19602/SvcType/PID/Issuance',
  issuer: ISSUER,
  did: DID,
  did_document: didDocument(),
  keys: [CREDENTIAL_KEY, STATUS_KEY],
  credential_types: [CARD],
  ...change,
});

/** The bundle of the hour before {@link NOW}; `change` replaces members. */
export const bundleDocument = (change: Partial<TrustBundleDocument> = {}): TrustBundleDocument => ({
  version: 1,
  authority: 'Test Authority',
  demo: true,
  sequence: 7,
  issued_at: NOW - HOUR,
  next_update: NOW - HOUR + DAY,
  expires_at: NOW - HOUR + 14 * DAY,
  issuers: [trustedIssuer()],
  certificate_authorities: { issuer: [CA], access: [], registrar: [] },
  certificate_revocations: [],
  status_lists: [],
  dictionaries: [],
  type_metadata: [],
  ...change,
});

export const anchorSigner = createSigner(anchorKeys.privateJwk);

/** Signs what `createTrustBundle` would refuse to sign. */
export const signBundle = (payload: object, signer = anchorSigner, header: JsonObject = {}) =>
  signCompactJws({
    header: { typ: 'symbolon-trust-bundle+jwt', ...header },
    payload: v.parse(v.record(v.string(), v.any()), JSON.parse(JSON.stringify(payload))),
    signer,
  });

export const statusSigner = createSigner(statusKeys.privateJwk);

/** A zlib stream of a list in which `set` is set, and everything else is VALID. */
export const encodeList = (
  bits: StatusBits,
  entries: number,
  set: Readonly<Record<number, number>> = {},
) => {
  const bytes = new Uint8Array((entries * bits) / 8);
  for (const [index, value] of Object.entries(set)) {
    setStatusAt(bytes, bits, Number(index), value);
  }
  return encodeBase64Url(deflateSync(bytes));
};

/** A status list token of an hour ago: 2 bits, 1024 entries. */
export const statusToken = (
  change: Partial<Parameters<typeof createStatusListToken>[0]> & {
    readonly set?: Readonly<Record<number, number>>;
  } = {},
  signer = statusSigner,
) => {
  const { set, ...contents } = change;
  return createStatusListToken(
    {
      uri: LIST,
      bits: 2,
      lst: encodeList(2, 1024, set),
      iat: NOW - HOUR,
      exp: NOW - HOUR + 14 * DAY,
      ttl: 3600,
      kid: 'status-1',
      ...contents,
    },
    signer,
  );
};
