import { deflateSync } from 'node:zlib';
import { issueSdJwt, prepareSdJwt } from '@symbolon/credentials';
import {
  createSigner,
  generateP256KeyPair,
  type P256KeyPair,
  randomBytes,
} from '@symbolon/credentials/crypto';
import { decodeCompactJws, encodeBase64Url, signCompactJws } from '@symbolon/credentials/jose';
import { createRequestObject, encodeRequestUri } from '@symbolon/presentation';
import {
  IDENTITY_CARD,
  type JsonObject,
  type P256PublicJwk,
  type SdJwtFormat,
  type TrustAnchor,
  type TrustBundleDocument,
} from '@symbolon/schemas';
import type { DcqlQuery } from '@symbolon/schemas/openid4vp';
import type { RegisteredCredential } from '@symbolon/schemas/registration-certificate';
import { anchorFingerprint, createStatusListToken, createTrustBundle } from '@symbolon/trust';
import { createCertificate, createCertificateAuthority } from '@symbolon/trust/certificates';

const DAY = 86_400;
const STATUS_ENTRIES_BYTES = 32_768;

/** A key with a name and what signs with it. */
type Key = P256KeyPair & { readonly signer: ReturnType<typeof createSigner> };

/** Makes a key. */
export async function makeKey(): Promise<Key> {
  const pair = await generateP256KeyPair();
  return { ...pair, signer: createSigner(pair.privateJwk) };
}

/** The start of today, UTC. */
export function today(): number {
  const now = Math.floor(Date.now() / 1000);
  return now - (now % DAY);
}

/** What a mint may do otherwise than it should. */
export type Mint = {
  readonly format: SdJwtFormat;
  readonly holderKey: P256PublicJwk;
  readonly signer?: Key['signer'];
  readonly claims?: Record<string, unknown>;
};

/**
 * An authority made of our own libraries: anchor, bundle, an issuer at `origin`, counters. It is a
 * test's: everything that the real one refuses to do, it does when asked.
 */
export async function createAuthority(origin: string) {
  const [anchorKey, issuerKey, statusKey, accessKey, registrarRoot, registrarKey] =
    await Promise.all([makeKey(), makeKey(), makeKey(), makeKey(), makeKey(), makeKey()]);
  const anchor: TrustAnchor = {
    kind: 'symbolon-trust-anchor',
    version: 1,
    authority: 'Testland',
    demo: true,
    key: anchorKey.publicJwk,
  };
  const host = new URL(origin).host;
  const did = `did:web:${encodeURIComponent(host)}`;
  const didDocument = {
    '@context': ['https://www.w3.org/ns/did/v1', 'https://www.w3.org/ns/cid/v1'],
    id: did,
    verificationMethod: [
      {
        id: `${did}#issuer`,
        type: 'JsonWebKey',
        controller: did,
        publicKeyJwk: issuerKey.publicJwk,
      },
    ],
    assertionMethod: [`${did}#issuer`],
  };
  const notBefore = today() - DAY;
  const notAfter = today() + 365 * DAY;
  const dates = { notBefore, notAfter, random: randomBytes };
  const caSubject = { commonName: 'Testland CA', organizationName: 'Testland', country: 'CN' };
  const accessCa = await createCertificateAuthority({
    ...dates,
    subject: { ...caSubject, commonName: 'Testland access CA' },
    publicJwk: accessKey.publicJwk,
    signer: accessKey.signer,
  });
  const registrarCa = await createCertificateAuthority({
    ...dates,
    subject: { ...caSubject, commonName: 'Testland registrar CA' },
    publicJwk: registrarRoot.publicJwk,
    signer: registrarRoot.signer,
  });
  const registrarLeaf = await createCertificate({
    ...dates,
    purpose: 'registrar',
    subject: { ...caSubject, commonName: 'Testland registrar' },
    publicJwk: registrarKey.publicJwk,
    authority: { certificate: registrarCa, signer: registrarRoot.signer },
  });
  const statusUri = `${origin}/status/1`;

  const statusList = (revoked: readonly number[], iat: number) => {
    const bits = Buffer.alloc(STATUS_ENTRIES_BYTES);
    for (const index of revoked) {
      const at = index >> 2;
      bits[at] = (bits[at] ?? 0) | (1 << ((index & 3) * 2));
    }
    return createStatusListToken(
      {
        uri: statusUri,
        bits: 2,
        lst: deflateSync(bits).toString('base64url'),
        iat,
        exp: iat + 14 * DAY,
        ttl: 3600,
        kid: 'status',
      },
      statusKey.signer,
    );
  };

  const bundle = async (
    sequence: number,
    changes: Partial<TrustBundleDocument> = {},
    revoked: readonly number[] = [],
    signer = anchorKey.signer,
  ) => {
    const now = Math.floor(Date.now() / 1000);
    const key = (name: string, { publicJwk }: Key, use: 'credential' | 'status') => ({
      kid: name,
      jwk: publicJwk,
      certificates: [],
      uses: [use],
      valid_from: notBefore,
      valid_until: notAfter,
    });
    return createTrustBundle(
      {
        version: 1,
        authority: 'Testland',
        demo: true,
        sequence,
        issued_at: now,
        next_update: now + DAY,
        expires_at: now + 14 * DAY,
        issuers: [
          {
            name: 'Testland office',
            service_type: 'urn:symbolon:service:issuer',
            issuer: origin,
            did,
            did_document: didDocument,
            keys: [key('issuer', issuerKey, 'credential'), key('status', statusKey, 'status')],
            credential_types: [IDENTITY_CARD.vct],
          },
        ],
        certificate_authorities: { issuer: [], access: [accessCa], registrar: [registrarCa] },
        certificate_revocations: [],
        status_lists: [await statusList(revoked, now)],
        dictionaries: [],
        type_metadata: [],
        ...changes,
      },
      signer,
    );
  };

  let nextIndex = 100;
  const mint = async ({ format, holderKey, signer, claims = {} }: Mint): Promise<string> => {
    const person = {
      family_name: 'Zhang',
      given_name: 'Wei\u202eieW',
      birthdate: '1990-01-02',
      age_equal_or_over: {
        '12': true,
        '14': true,
        '16': true,
        '18': true,
        '21': true,
        '60': false,
        '65': false,
      },
      sex: 1,
      nationalities: ['CN'],
      portrait_thumb: `data:image/avif;base64,${Buffer.alloc(600, 7).toString('base64')}`,
      date_of_expiry: '2030-01-01',
      issuing_authority: 'Testland',
      issuing_country: 'CN',
      verified_claims: {
        verification: {
          trust_framework: 'urn:symbolon:trust-framework:1',
          assurance_level: 'basic',
          time: '2026-01-01',
        },
      },
    };
    const common = { iat: today(), nbf: today(), exp: today() + 365 * DAY };
    const body =
      format === 'dc+sd-jwt'
        ? { iss: origin, vct: IDENTITY_CARD.vct, ...common, ...person }
        : {
            '@context': [...IDENTITY_CARD.w3cContext],
            type: [...IDENTITY_CARD.w3cTypes],
            issuer: did,
            iss: did,
            validFrom: new Date(common.nbf * 1000).toISOString(),
            validUntil: new Date(common.exp * 1000).toISOString(),
            ...common,
            credentialSubject: person,
          };
    const root = format === 'dc+sd-jwt' ? [] : ['credentialSubject'];
    const prepared = prepareSdJwt({
      format,
      header: { kid: format === 'dc+sd-jwt' ? 'issuer' : `${did}#issuer` },
      claims: { ...body, ...claims },
      selectivelyDisclosable: IDENTITY_CARD.claims
        .filter(({ sd, path }) => sd === 'allowed' && has(person, path))
        .map(({ path }) => [...root, ...path]),
    });
    nextIndex += 1;
    const status = { uri: statusUri, idx: nextIndex };
    return issueSdJwt(prepared, { holderKey, status }, signer ?? issuerKey.signer, randomBytes);
  };

  /** A counter that is registered, and asks. */
  const counter = async (
    registered: readonly RegisteredCredential[],
    texts: { readonly name?: string; readonly purpose?: string } = {},
    identifier = 'NTRCN-91310000',
  ) => {
    const key = await makeKey();
    const leaf = await createCertificate({
      ...dates,
      purpose: 'access',
      subject: {
        commonName: 'Hotel Xenia',
        organizationName: 'Xenia Ltd',
        country: 'CN',
        organizationIdentifier: identifier,
      },
      publicJwk: key.publicJwk,
      authority: { certificate: accessCa, signer: accessKey.signer },
    });
    const registrationCertificate = await signCompactJws({
      header: { typ: 'rc-wrp+jwt', x5c: [registrarLeaf] },
      payload: {
        name: texts.name ?? 'Hotel Xenia',
        sub_ln: 'Xenia Hospitality Ltd',
        sub: identifier,
        country: 'CN',
        entitlements: ['https://uri.etsi.org/19475/Entitlement/Service_Provider'],
        privacy_policy: 'https://hotel.example/privacy',
        support_uri: 'https://hotel.example/support',
        purpose: [{ lang: 'en', value: texts.purpose ?? 'Check-in of a guest' }],
        intended_use_id: 'check-in',
        credentials: registered.map(({ format, meta, claim }) => ({
          format,
          meta: jsonOf(meta),
          claim: claim.map(({ path }) => ({ path })),
        })),
        iat: today(),
        exp: today() + 180 * DAY,
      },
      // Signed without a look at it: a registrar that was deceived would do so too.
      signer: registrarKey.signer,
    });
    const ask = async (query: DcqlQuery, now = Math.floor(Date.now() / 1000)) => {
      const responseKey = await makeKey();
      const request = await createRequestObject({
        query,
        accessCertificates: [leaf],
        registrationCertificate,
        responseKey: responseKey.publicJwk,
        nonce: encodeBase64Url(randomBytes(16)),
        now,
        signer: key.signer,
      });
      return { ...request, uri: encodeRequestUri(request), responseKey };
    };
    /** A request whose payload was changed before it was signed: signed well, and wrong. */
    const askChanged = async (query: DcqlQuery, change: (payload: JsonObject) => JsonObject) => {
      const { compact } = await ask(query);
      const { header, payload } = decodeCompactJws(compact, 100_000);
      return signCompactJws({
        header: { ...header, typ: 'oauth-authz-req+jwt' },
        payload: change(payload),
        signer: key.signer,
      });
    };
    return { ask, askChanged, identifier };
  };

  return {
    origin,
    did,
    anchor,
    fingerprint: await anchorFingerprint(anchor),
    issuerKey,
    bundle,
    mint,
    counter,
  };
}

/** An authority of a test. */
export type Authority = Awaited<ReturnType<typeof createAuthority>>;

function jsonOf({
  vct_values: vcts,
  type_values: types,
}: RegisteredCredential['meta']): JsonObject {
  return {
    ...(vcts === undefined ? {} : { vct_values: vcts }),
    ...(types === undefined ? {} : { type_values: types }),
  };
}

function has(value: unknown, path: readonly (string | number | null)[]): boolean {
  let rest = value;
  for (const step of path) {
    if (typeof rest !== 'object' || rest === null) return false;
    rest = Object.entries(rest).find(([name]) => name === String(step))?.[1];
  }
  return rest !== undefined;
}
