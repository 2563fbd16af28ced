import type { IIdentifier } from '@veramo/core-types';
import { AbstractDIDStore } from '@veramo/did-manager';
import { AgentError } from './error.ts';
import type { KeyVault, VaultIdentifier } from './key-vault.ts';
import { keyInfo } from './vault-key-management-system.ts';

/** Veramo's DID store over our vault. */
export class VaultDidStore extends AbstractDIDStore {
  readonly #vault: KeyVault;

  constructor(vault: KeyVault) {
    super();
    this.#vault = vault;
  }

  /** Files a DID with the names of its keys. */
  async importDID({ did, alias, controllerKeyId, keys }: IIdentifier): Promise<boolean> {
    if (alias === undefined || controllerKeyId === undefined) {
      throw new TypeError('an identifier needs an alias and a controller key');
    }
    const names = keys.map(({ kid }) => kid);
    this.#vault.addIdentifier({ did, alias, controllerKey: controllerKeyId, keys: names });
    return true;
  }

  /** A DID by itself or by its alias; absence is an error, as Veramo expects. */
  async getDID(wanted: { readonly did?: string; readonly alias?: string }): Promise<IIdentifier> {
    const found = this.#vault
      .identifiers()
      .find(({ did, alias }) =>
        wanted.did === undefined ? alias === wanted.alias : did === wanted.did,
      );
    if (found === undefined) {
      throw new AgentError('key_unknown', 'the authority has no such identifier');
    }
    return this.#toIdentifier(found);
  }

  /** An identity is not deleted; a new authority is made. */
  async deleteDID(): Promise<boolean> {
    throw new TypeError('the key vault deletes no identifiers');
  }

  /** Every DID, or those of an alias. */
  async listDIDs({ alias }: { readonly alias?: string }): Promise<IIdentifier[]> {
    return this.#vault
      .identifiers()
      .filter((each) => alias === undefined || each.alias === alias)
      .map((each) => this.#toIdentifier(each));
  }

  #toIdentifier({ did, alias, controllerKey, keys }: VaultIdentifier): IIdentifier {
    return {
      did,
      alias,
      provider: 'did:web',
      controllerKeyId: controllerKey,
      keys: keys.map((kid) => keyInfo(this.#vault.findKey(kid))),
      services: [],
    };
  }
}
