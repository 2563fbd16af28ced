import type { Random } from '@symbolon/credentials/crypto';
import type { EpochSeconds } from '@symbolon/schemas';
import type { IssuerKeyPurpose } from '@symbolon/schemas/issuer-key-file';
import {
  type CertificatePurpose,
  type CertificateSubject,
  createCertificate,
  createCertificateAuthority,
} from '@symbolon/trust/certificates';
import { MAC_PURPOSES } from './contract.ts';
import { didWebOf } from './did-document.ts';
import { KeyVault, WRAPPING_SECRET } from './key-vault.ts';
import { SCRYPT_COST, type ScryptCost } from './sealed-secret.ts';
import { signingAuthority } from './signing-authority.ts';
import { VAULT_KMS } from './vault-key-management-system.ts';
import { createVeramoAgent } from './veramo-agent.ts';

/** Who the authority is and since when. */
export type NewAuthority = {
  readonly name: string;
  readonly country: string;
  /** An origin; its host is the DID and the name in the certificates. */
  readonly baseUrl: string;
  readonly passphrase: string;
  readonly now: EpochSeconds;
  readonly random: Random;
  /** Cheaper for tests only. */
  readonly scryptCost?: ScryptCost;
};

const DAY_SECONDS = 86_400;
const AUTHORITY_DAYS = 20 * 365;
const LEAF_DAYS = 3 * 365;

/** Keys that sign under certificates of ours: name, purpose, their CA and the leaf's profile. */
const LEAVES: readonly (readonly [
  kid: string,
  purpose: IssuerKeyPurpose,
  authority: IssuerKeyPurpose,
  profile: CertificatePurpose,
])[] = [
  ['credential-1', 'credential', 'issuer_ca', 'credential_issuer'],
  ['status-1', 'status', 'issuer_ca', 'status'],
  ['metadata-1', 'metadata', 'issuer_ca', 'credential_issuer'],
  ['registrar-1', 'registrar', 'registrar_ca', 'registrar'],
];

const AUTHORITIES: readonly (readonly [kid: string, purpose: IssuerKeyPurpose, title: string])[] = [
  ['issuer-ca-1', 'issuer_ca', 'Credential Issuer CA'],
  ['access-ca-1', 'access_ca', 'Access CA'],
  ['registrar-ca-1', 'registrar_ca', 'Registrar CA'],
];

/**
 * Makes everything that an authority signs, wraps and authenticates with, its `did:web` and its
 * certificates; nothing is written.
 */
export async function createKeyVault(authority: NewAuthority): Promise<KeyVault> {
  const { passphrase, random, scryptCost: cost = SCRYPT_COST } = authority;
  const vault = await KeyVault.create(passphrase, { cost, random });
  const veramo = createVeramoAgent(vault, () => undefined);

  const create = async (kid: string, purpose: IssuerKeyPurpose): Promise<void> => {
    await veramo.keyManagerCreate({ kms: VAULT_KMS, type: 'Secp256r1', kid, meta: { purpose } });
  };
  await create('bundle-1', 'bundle');
  for (const [kid, purpose] of [...AUTHORITIES, ...LEAVES]) await create(kid, purpose);

  const did = didWebOf(authority.baseUrl);
  const alias = did.slice('did:web:'.length);
  await veramo.didManagerCreate({
    provider: 'did:web',
    alias,
    options: { keyRef: 'credential-1' },
  });
  for (const kid of ['status-1', 'metadata-1']) {
    await veramo.didManagerAddKey({ did, key: await veramo.keyManagerGet({ kid }) });
  }

  for (const name of [WRAPPING_SECRET, ...MAC_PURPOSES]) vault.createSecret(name);
  await certify(vault, authority);
  return vault;
}

async function certify(vault: KeyVault, authority: NewAuthority): Promise<void> {
  const { name, country, random } = authority;
  // From the start of the day on: credentials are dated by whole UTC days.
  const validFrom = authority.now - (authority.now % DAY_SECONDS);
  const subject = (commonName: string): CertificateSubject => ({
    commonName: cut(commonName),
    organizationName: cut(name),
    country,
  });
  for (const [kid, , title] of AUTHORITIES) {
    const { publicJwk, signer } = vault.findKey(kid);
    const validUntil = validFrom + AUTHORITY_DAYS * DAY_SECONDS;
    const certificate = await createCertificateAuthority({
      subject: subject(`${title} of ${name}`),
      publicJwk,
      signer,
      notBefore: validFrom,
      notAfter: validUntil,
      random,
    });
    vault.certify(kid, [certificate], { validFrom, validUntil });
  }
  for (const [kid, , authorityPurpose, purpose] of LEAVES) {
    const { publicJwk } = vault.findKey(kid);
    const validUntil = validFrom + LEAF_DAYS * DAY_SECONDS;
    const leaf = await createCertificate({
      purpose,
      subject: subject(name),
      hosts: [new URL(authority.baseUrl).hostname.replace(/^\[|\]$/g, '')],
      publicJwk,
      authority: signingAuthority(vault.findKeyFor(authorityPurpose)),
      notBefore: validFrom,
      notAfter: validUntil,
      random,
    });
    vault.certify(kid, [leaf], { validFrom, validUntil });
  }
}

/** X.520 upper bound of a common name and of an organization name. */
function cut(text: string): string {
  return [...text].slice(0, 64).join('');
}
