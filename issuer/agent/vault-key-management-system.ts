import { parseIssuerKeyPurpose } from '@symbolon/schemas/issuer-key-file';
import type { IKey, ManagedKeyInfo, TKeyType } from '@veramo/core-types';
import { AbstractKeyManagementSystem, AbstractKeyStore } from '@veramo/key-manager';
import type { KeyVault, VaultKey } from './key-vault.ts';

/** The name under which the vault is known to the agent's key manager. */
export const VAULT_KMS = 'vault';

/**
 * Veramo's key management system over our vault: it makes P-256 keys, signs with OpenSSL, and hands
 * out no private half. It stands in the place of a private key store too, since a store of that
 * contract returns private keys as text.
 */
export class VaultKeyManagementSystem extends AbstractKeyManagementSystem {
  readonly #vault: KeyVault;

  constructor(vault: KeyVault) {
    super();
    this.#vault = vault;
  }

  /** Makes a key; `meta.purpose` says what it is for. Asked for another curve, it refuses. */
  async createKey({
    type,
    kid,
    meta,
  }: {
    readonly type: TKeyType;
    readonly kid?: string;
    readonly meta?: unknown;
  }): Promise<ManagedKeyInfo> {
    if (type !== 'Secp256r1') throw new TypeError('key type: expected Secp256r1');
    if (kid === undefined) throw new TypeError('kid: expected a name');
    return keyInfo(await this.#vault.createKey(kid, parseIssuerKeyPurpose(meta)));
  }

  /** Keys are born here and imported from nowhere. */
  async importKey(): Promise<ManagedKeyInfo> {
    throw new TypeError('the key vault imports no keys');
  }

  /** Keys are not deleted one by one. */
  async deleteKey(): Promise<boolean> {
    throw new TypeError('the key vault deletes no keys');
  }

  /** There is no key agreement with the authority's keys. */
  async sharedSecret(): Promise<string> {
    throw new TypeError('the key vault agrees on no keys');
  }

  /** Every key, without its private half. */
  async listKeys(): Promise<ManagedKeyInfo[]> {
    return this.#vault.keys().map(keyInfo);
  }

  /** ES256: base64url of r‖s. */
  async sign({
    keyRef,
    algorithm,
    data,
  }: {
    readonly keyRef: Pick<IKey, 'kid'>;
    readonly algorithm?: string;
    readonly data: Uint8Array;
  }): Promise<string> {
    if (algorithm !== undefined && algorithm !== 'ES256') {
      throw new TypeError('algorithm: expected ES256');
    }
    const { signer } = this.#vault.findKey(keyRef.kid);
    const signature = await signer.sign(new Uint8Array(data));
    return Buffer.from(signature).toString('base64url');
  }
}

/** Veramo's key store over our vault: what the key manager may know of a key. */
export class VaultKeyStore extends AbstractKeyStore {
  readonly #vault: KeyVault;

  constructor(vault: KeyVault) {
    super();
    this.#vault = vault;
  }

  /** The vault has it already: the key manager files each key right after it was made. */
  async importKey({ kid = '' }: Partial<IKey>): Promise<boolean> {
    this.#vault.findKey(kid);
    return true;
  }

  /** A key by name, without its private half. */
  async getKey({ kid }: { readonly kid: string }): Promise<IKey> {
    return { ...keyInfo(this.#vault.findKey(kid)) };
  }

  /** Keys are not deleted one by one. */
  async deleteKey(): Promise<boolean> {
    throw new TypeError('the key vault deletes no keys');
  }

  /** Every key, without its private half. */
  async listKeys(): Promise<ManagedKeyInfo[]> {
    return this.#vault.keys().map(keyInfo);
  }
}

/** A key as Veramo describes it; the public half is an uncompressed point in hex. */
export function keyInfo({ kid, publicJwk: { x, y } }: VaultKey): ManagedKeyInfo {
  const coordinates = [x, y].map((coordinate) => Buffer.from(coordinate, 'base64url'));
  return {
    kid,
    kms: VAULT_KMS,
    type: 'Secp256r1',
    publicKeyHex: Buffer.concat([Buffer.of(4), ...coordinates]).toString('hex'),
    meta: { algorithms: ['ES256'] },
  };
}
