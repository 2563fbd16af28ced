import { deflateSync } from 'node:zlib';
import { issueSdJwt, prepareSdJwt } from '@symbolon/credentials';
import {
  createSigner,
  generateP256KeyPair,
  type P256KeyPair,
  randomBytes,
  type Signer,
} from '@symbolon/credentials/crypto';
import { decodeCompactJws, signCompactJws } from '@symbolon/credentials/jose';
import { createPolicyQuery, createRegistrationCertificate } from '@symbolon/presentation';
import {
  ATTESTED_AGES,
  claimPathOf,
  type EpochSeconds,
  getPolicy,
  IDENTITY_CARD,
  type JsonObject,
  type P256PublicJwk,
  POLICIES,
  type SdJwtFormat,
  TRUST_FRAMEWORK,
  type TrustAnchor,
  type TrustBundleDocument,
} from '@symbolon/schemas';
import type { Registration } from '@symbolon/schemas/registration-certificate';
import {
  createStatusListToken,
  createTrustBundle,
  openTrustBundle,
  STATUS,
  setStatusAt,
} from '@symbolon/trust';
import { createCertificate, createCertificateAuthority } from '@symbolon/trust/certificates';

export const HOUR = 3600;
export const DAY = 86_400;

const ISSUER = 'https://id.example';
export const ISSUER_DID = 'did:web:id.example';
const STATUS_LIST = `${ISSUER}/status/1`;

/** Entries of the status list that mean something; every other one is VALID. */
export const INDEX = { valid: 7, revoked: 11, suspended: 12 } as const;
const LIST_ENTRIES = 1024;

/** A key pair and what signs with it. */
export type Key = P256KeyPair & { readonly signer: Signer };

export async function makeKey(): Promise<Key> {
  const pair = await generateP256KeyPair();
  return { ...pair, signer: createSigner(pair.privateJwk) };
}

/** What a card may have otherwise than an honest one. */
export type CardOptions = {
  readonly format?: SdJwtFormat;
  readonly holderKey: P256PublicJwk;
  /** Index in the status list. */
  readonly index?: number;
  /** Replaces or adds top-level members, after everything else. */
  readonly change?: JsonObject;
  readonly level?: 'advanced' | 'basic' | 'none';
  readonly signer?: Signer;
  readonly kid?: string;
  readonly statusUri?: string;
  /** Changes the payload that is signed, digests and all. */
  readonly rewrite?: (payload: JsonObject) => JsonObject;
};

/** What a bundle may have otherwise. */
export type BundleOptions = {
  readonly sequence?: number;
  readonly issuedAt?: EpochSeconds;
  readonly statusIssuedAt?: EpochSeconds;
  readonly change?: Partial<TrustBundleDocument>;
};

/** A small country at one moment: an authority, its issuer, and counters that are registered. */
export type World = Awaited<ReturnType<typeof createWorld>>;

/**
 * Makes a world out of our own libraries. It does what an authority would refuse to do, when asked.
 *
 * @param now - Its moment; certificates are valid for half a year around it.
 */
export async function createWorld(now: EpochSeconds) {
  const today = now - (now % DAY);
  const [anchorKey, issuerKey, statusKey, caKey, registrarKey, deskKey] = await Promise.all([
    makeKey(),
    makeKey(),
    makeKey(),
    makeKey(),
    makeKey(),
    makeKey(),
  ]);
  const anchor: TrustAnchor = {
    kind: 'symbolon-trust-anchor',
    version: 1,
    authority: 'Testland',
    demo: true,
    key: anchorKey.publicJwk,
  };
  const dates = { notBefore: today - 180 * DAY, notAfter: today + 180 * DAY, random: randomBytes };
  const organisation = { organizationName: 'Testland', country: 'CN' };
  const ca = await createCertificateAuthority({
    ...dates,
    subject: { ...organisation, commonName: 'Testland CA' },
    publicJwk: caKey.publicJwk,
    signer: caKey.signer,
  });
  const authority = { certificate: ca, signer: caKey.signer };
  const issuerLeaf = await createCertificate({
    ...dates,
    purpose: 'credential_issuer',
    subject: { ...organisation, commonName: 'Testland issuer' },
    hosts: ['id.example'],
    publicJwk: issuerKey.publicJwk,
    authority,
  });
  const registrarLeaf = await createCertificate({
    ...dates,
    purpose: 'registrar',
    subject: { ...organisation, commonName: 'Testland registrar' },
    publicJwk: registrarKey.publicJwk,
    authority,
  });
  const kid = `${ISSUER_DID}#credential-1`;

  /** A status list token; {@link INDEX} says what is in it. */
  const statusToken = (issuedAt: EpochSeconds) => {
    const bytes = new Uint8Array(LIST_ENTRIES / 4);
    setStatusAt(bytes, 2, INDEX.revoked, STATUS.invalid);
    setStatusAt(bytes, 2, INDEX.suspended, STATUS.suspended);
    const lst = deflateSync(bytes).toString('base64url');
    return createStatusListToken(
      {
        uri: STATUS_LIST,
        bits: 2,
        lst,
        iat: issuedAt,
        exp: issuedAt + 14 * DAY,
        ttl: HOUR,
        kid: 'status-1',
      },
      statusKey.signer,
    );
  };

  const bundleText = async ({
    sequence = 7,
    issuedAt = now - HOUR,
    statusIssuedAt = issuedAt,
    change = {},
  }: BundleOptions = {}) => {
    const lifetime = { valid_from: today - 90 * DAY, valid_until: today + 90 * DAY };
    return createTrustBundle(
      {
        version: 1,
        authority: anchor.authority,
        demo: anchor.demo,
        sequence,
        issued_at: issuedAt,
        next_update: issuedAt + DAY,
        expires_at: issuedAt + 14 * DAY,
        issuers: [
          {
            name: 'Testland issuer',
            service_type: 'urn:symbolon:service-type:credential-issuer:1',
            issuer: ISSUER,
            did: ISSUER_DID,
            did_document: didDocument(kid, issuerKey.publicJwk),
            keys: [
              {
                kid: 'credential-1',
                jwk: issuerKey.publicJwk,
                certificates: [issuerLeaf],
                uses: ['credential'],
                ...lifetime,
              },
              {
                kid: 'status-1',
                jwk: statusKey.publicJwk,
                certificates: [],
                uses: ['status'],
                ...lifetime,
              },
            ],
            credential_types: [IDENTITY_CARD.vct],
          },
        ],
        certificate_authorities: { issuer: [ca], access: [ca], registrar: [ca] },
        certificate_revocations: [],
        status_lists: [await statusToken(statusIssuedAt)],
        dictionaries: [],
        type_metadata: [],
        ...change,
      },
      anchorKey.signer,
    );
  };

  /** A card of the one person of this world, as the issuer hands it out. */
  const card = async ({
    format = 'dc+sd-jwt',
    holderKey,
    index = INDEX.valid,
    change = {},
    level = 'basic',
    signer = issuerKey.signer,
    kid: otherKid,
    statusUri = STATUS_LIST,
    rewrite,
  }: CardOptions) => {
    const isW3c = format === 'vc+sd-jwt';
    const header = isW3c
      ? { kid: otherKid ?? kid }
      : { kid: otherKid ?? 'credential-1', x5c: [issuerLeaf] };
    const prepared = prepareSdJwt({
      format,
      header,
      claims: { ...frameOf(format, today), ...personIn(format, level), ...change },
      selectivelyDisclosable: IDENTITY_CARD.claims.flatMap(({ name, sd }) =>
        sd === 'allowed' && (name in PERSON || name.startsWith('age_'))
          ? [claimPathOf(IDENTITY_CARD, name, format)]
          : [],
      ),
    });
    const status = { idx: index, uri: statusUri };
    const compact = await issueSdJwt(prepared, { holderKey, status }, signer, randomBytes);
    if (rewrite === undefined) return compact;
    const [jwt = '', ...disclosures] = compact.split('~');
    const { payload } = decodeCompactJws(jwt, jwt.length);
    const resigned = await signCompactJws({
      header: { typ: format, ...header },
      payload: rewrite(payload),
      signer,
    });
    return [resigned, ...disclosures].join('~');
  };

  /** A counter that is registered for these policies, or otherwise. */
  const counter = async (
    policies = POLICIES.map(({ name }) => name),
    key = deskKey,
    change: Partial<Registration> = {},
  ) => {
    const accessCertificate = await createCertificate({
      ...dates,
      purpose: 'access',
      subject: {
        ...organisation,
        commonName: 'Hotel Xenia',
        organizationIdentifier: 'NTRCN-91310000',
      },
      publicJwk: key.publicJwk,
      authority,
    });
    const registrationCertificate = await createRegistrationCertificate(
      { ...registrationFor(policies, now), ...change },
      { certificates: [registrarLeaf], signer: registrarKey.signer },
    );
    return {
      accessCertificates: [accessCertificate],
      registrationCertificate,
      signer: key.signer,
      key,
    };
  };

  return {
    now,
    today,
    anchor,
    anchorKey,
    issuerKey,
    kid,
    issuerLeaf,
    card,
    counter,
    statusToken,
    bundleText,
    bundle: async (options: BundleOptions = {}) =>
      openTrustBundle(await bundleText(options), anchor, now),
  };
}

const PERSON: JsonObject = {
  family_name: 'Zhang',
  given_name: 'San',
  birthdate: '1990-05-17',
  sex: 1,
  nationalities: ['CN'],
  resident_address: { locality: 'Hangzhou', country: 'CN' },
  portrait_thumb: `data:image/avif;base64,${Buffer.alloc(600, 'portrait').toString('base64')}`,
};

/** Every value of the person, for a search that must find none of them. */
export const PERSON_VALUES = ['Zhang', '1990-05-17', 'Hangzhou', 'cG9ydHJhaXRwb3J0'];

function personIn(format: SdJwtFormat, level: CardOptions['level']): JsonObject {
  const verification = {
    trust_framework: TRUST_FRAMEWORK,
    ...(level === 'none' || level === undefined ? {} : { assurance_level: level }),
  };
  const claims = {
    ...PERSON,
    age_equal_or_over: Object.fromEntries(ATTESTED_AGES.map((age) => [String(age), age <= 36])),
    issuing_authority: 'Testland',
    issuing_country: 'CN',
    verified_claims: { verification },
  };
  return format === 'dc+sd-jwt' ? claims : { credentialSubject: claims };
}

function frameOf(format: SdJwtFormat, today: EpochSeconds): JsonObject {
  const [start, end] = [today - DAY, today + 60 * DAY];
  const times = { iat: start, nbf: start, exp: end };
  if (format === 'dc+sd-jwt') return { ...times, iss: ISSUER, vct: IDENTITY_CARD.vct };
  return {
    ...times,
    '@context': IDENTITY_CARD.w3cContext,
    type: IDENTITY_CARD.w3cTypes,
    issuer: ISSUER_DID,
    iss: ISSUER_DID,
    validFrom: new Date(start * 1000).toISOString(),
    validUntil: new Date(end * 1000).toISOString(),
  };
}

function didDocument(kid: string, publicKeyJwk: P256PublicJwk) {
  return {
    '@context': ['https://www.w3.org/ns/did/v1'],
    id: ISSUER_DID,
    verificationMethod: [{ id: kid, type: 'JsonWebKey', controller: ISSUER_DID, publicKeyJwk }],
    assertionMethod: [kid],
  };
}

function registrationFor(policies: readonly string[], now: EpochSeconds): Registration {
  const queries = policies.flatMap((name) => {
    const policy = getPolicy(name);
    if (policy === undefined) throw new RangeError(`no policy '${name}'`);
    return createPolicyQuery(policy, ['dc+sd-jwt', 'vc+sd-jwt']).credentials;
  });
  return {
    name: 'Hotel Xenia',
    sub_ln: 'Xenia Hospitality Ltd',
    sub: 'NTRCN-91310000',
    country: 'CN',
    entitlements: ['https://uri.etsi.org/19475/Entitlement/Service_Provider'],
    privacy_policy: 'https://hotel.example/privacy',
    support_uri: 'https://hotel.example/support',
    purpose: [{ lang: 'en', value: 'Check-in of a guest' }],
    intended_use_id: 'check-in',
    credentials: queries.map(({ format, meta, claims = [] }) => ({
      format,
      meta,
      claim: claims.map(({ path }) => ({ path })),
    })),
    iat: now - DAY,
    exp: now + 90 * DAY,
  };
}
