import { createHmac, createSecretKey, type KeyObject } from 'node:crypto';
import type { Random } from '@symbolon/credentials/crypto';
import type { IssuerConfig } from '../config.ts';
import { sealBytes } from '../sealed-bytes.ts';
import {
  type AuthorityCertificates,
  type IssuerAgent,
  MAC_PURPOSES,
  type NamedKey,
} from './contract.ts';
import { createDidDocument, didWebOf } from './did-document.ts';
import { AgentError } from './error.ts';
import { createJwtVcIssuer } from './issue-jwt-vc.ts';
import { readKeyFile } from './key-file.ts';
import { KeyVault, type VaultKey, WRAPPING_SECRET } from './key-vault.ts';
import { openSecret } from './sealed-secret.ts';
import { signingAuthority } from './signing-authority.ts';
import type { VeramoAgent } from './veramo-agent.ts';

/**
 * Opens the authority's keys and its identity.
 *
 * @throws {@link AgentError} `key_store_missing`, `key_store_invalid`, `passphrase_wrong`.
 */
export async function openIssuerAgent(
  folder: string,
  config: Pick<IssuerConfig, 'authority' | 'baseUrl' | 'demo'>,
  { passphrase, random }: { readonly passphrase: string; readonly random: Random },
): Promise<IssuerAgent> {
  const vault = await KeyVault.open(await readKeyFile(folder), passphrase, random);
  return createIssuerAgent(vault, config, random);
}

/**
 * The authority over an open vault.
 *
 * SD-JWT credentials are signed by `credential.signer`, which the agent hands out once, and not
 * through Veramo's plug-in point. Measured on Node 24, CPU time, median of 9 interleaved rounds: the
 * ES256 signature 25 µs, `createVerifiableCredential` dispatched to an `ICredentialProvider` that
 * does nothing 29 µs, the agent's `execute` of an empty method alone 4 µs. The dispatch would cost
 * more than the signature itself, where a tenth was allowed.
 *
 * The framework (0.3 s of CPU, 55 MB) is loaded with the first credential that it makes, over the
 * same keys: commands that make none do not wait for it.
 */
export function createIssuerAgent(
  vault: KeyVault,
  config: Pick<IssuerConfig, 'authority' | 'baseUrl' | 'demo'>,
  random: Random,
): IssuerAgent {
  const did = didWebOf(config.baseUrl);
  const identifier = vault.identifiers().find((each) => each.did === did);
  if (identifier === undefined) {
    throw new AgentError('key_unknown', 'the key store has no identity for the base URL', {
      hint: "set 'base_url' in issuer.json to what it was when the authority was created",
    });
  }
  const credential = vault.findKeyFor('credential');
  const [status, metadata] = [vault.findKeyFor('status'), vault.findKeyFor('metadata')];
  const document = createDidDocument(did, {
    assertion: documentKey(credential),
    others: [documentKey(status), documentKey(metadata)],
  });
  let veramo: Promise<VeramoAgent> | undefined;
  const getVeramo = (): Promise<VeramoAgent> => {
    veramo ??= import('./veramo-agent.ts').then((module) =>
      module.createVeramoAgent(vault, () => document),
    );
    return veramo;
  };
  const bundle = vault.findKeyFor('bundle');
  const wrapping = secretKey(vault, WRAPPING_SECRET);
  const accessAuthority = signingAuthority(vault.findKeyFor('access_ca'));
  return {
    did,
    didDocument: document,
    anchor: {
      kind: 'symbolon-trust-anchor',
      version: 1,
      authority: config.authority,
      demo: config.demo,
      key: bundle.publicJwk,
    },
    authorities: authorityCertificates(vault),
    credential: namedKey(did, credential),
    status: namedKey(did, status),
    metadata: namedKey(did, metadata),
    registrar: namedKey(did, vault.findKeyFor('registrar')),
    bundleSigner: bundle.signer,
    wrappingKey: {
      wrap: async (dataKey, place) => sealBytes(wrapping, place, dataKey, random),
      unwrap: async (wrapped, place) => openSecret(wrapping, place, wrapped),
    },
    mac: createMac(vault),
    issueJwtVc: createJwtVcIssuer(getVeramo, { did, kid: credential.kid }),
    issueAccessCertificate: async (request): Promise<readonly string[]> => {
      // The X.509 library costs every start 70 ms, and few commands need it.
      const { createCertificate } = await import('@symbolon/trust/certificates');
      const options = {
        ...request,
        purpose: 'access',
        authority: accessAuthority,
        random,
      } as const;
      return [await createCertificate(options)];
    },
  };
}

function createMac(vault: KeyVault): IssuerAgent['mac'] {
  const keys = new Map(MAC_PURPOSES.map((purpose) => [purpose, secretKey(vault, purpose)]));
  return (purpose, data) => {
    const key = keys.get(purpose);
    if (key === undefined) throw new RangeError('there is no such purpose');
    return new Uint8Array(createHmac('sha256', key).update(data).digest());
  };
}

/** Made once: given the bytes instead, each MAC and each cipher costs four times as much. */
function secretKey(vault: KeyVault, name: string): KeyObject {
  return createSecretKey(vault.findSecret(name));
}

function namedKey(did: string, key: VaultKey): NamedKey {
  const { kid, publicJwk, certificates, signer, validFrom, validUntil } = key;
  return { kid, didUrl: `${did}#${kid}`, publicJwk, certificates, signer, validFrom, validUntil };
}

function documentKey({ kid, publicJwk }: VaultKey): {
  readonly name: string;
  readonly publicJwk: VaultKey['publicJwk'];
} {
  return { name: kid, publicJwk };
}

function authorityCertificates(vault: KeyVault): AuthorityCertificates {
  return {
    issuer: signingAuthority(vault.findKeyFor('issuer_ca')).certificate,
    access: signingAuthority(vault.findKeyFor('access_ca')).certificate,
    registrar: signingAuthority(vault.findKeyFor('registrar_ca')).certificate,
  };
}
