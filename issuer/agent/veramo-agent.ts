import { createAgent, type TAgent } from '@veramo/core';
import type { ICredentialPlugin, IDIDManager, IKeyManager, IResolver } from '@veramo/core-types';
import { CredentialProviderJWT } from '@veramo/credential-jwt';
import { CredentialPlugin } from '@veramo/credential-w3c';
import { DIDManager } from '@veramo/did-manager';
import { WebDIDProvider } from '@veramo/did-provider-web';
import { DIDResolverPlugin } from '@veramo/did-resolver';
import { KeyManager } from '@veramo/key-manager';
import { type DIDDocument, type DIDResolutionResult, Resolver } from 'did-resolver';
import type { KeyVault } from './key-vault.ts';
import { VaultDidStore } from './vault-did-store.ts';
import {
  VAULT_KMS,
  VaultKeyManagementSystem,
  VaultKeyStore,
} from './vault-key-management-system.ts';

/** The framework behind the agent; its type does not leave this folder. */
export type VeramoAgent = TAgent<ICredentialPlugin & IDIDManager & IKeyManager & IResolver>;

/**
 * A Veramo agent over our key vault. It resolves the authority's own DID and no other: it issues,
 * and judges nothing.
 *
 * @param ownDocument - The authority's DID document, once there is one.
 */
export function createVeramoAgent(
  vault: KeyVault,
  ownDocument: () => DIDDocument | undefined,
): VeramoAgent {
  const resolver = new Resolver({
    web: async (did): Promise<DIDResolutionResult> => {
      const document = ownDocument();
      if (document?.id !== did) {
        return {
          didResolutionMetadata: { error: 'notFound' },
          didDocument: null,
          didDocumentMetadata: {},
        };
      }
      return { didResolutionMetadata: {}, didDocument: document, didDocumentMetadata: {} };
    },
  });
  return createAgent<ICredentialPlugin & IDIDManager & IKeyManager & IResolver>({
    plugins: [
      new KeyManager({
        store: new VaultKeyStore(vault),
        kms: { [VAULT_KMS]: new VaultKeyManagementSystem(vault) },
      }),
      new DIDManager({
        store: new VaultDidStore(vault),
        defaultProvider: 'did:web',
        providers: { 'did:web': new WebDIDProvider({ defaultKms: VAULT_KMS }) },
      }),
      new DIDResolverPlugin({ resolver }),
      new CredentialPlugin([new CredentialProviderJWT()]),
    ],
  });
}
