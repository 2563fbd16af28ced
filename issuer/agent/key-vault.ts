import {
  createSigner,
  generateP256KeyPair,
  type P256PrivateJwk,
  type Random,
  type Signer,
} from '@symbolon/credentials/crypto';
import type { EpochSeconds, P256PublicJwk } from '@symbolon/schemas';
import type { IssuerKeyFile, IssuerKeyPurpose } from '@symbolon/schemas/issuer-key-file';
import { type Bytes, sealBytes } from '../sealed-bytes.ts';
import { AgentError } from './error.ts';
import { deriveKeyEncryptionKey, openSecret, type ScryptCost } from './sealed-secret.ts';

/** A key of the vault, without its private half. */
export type VaultKey = {
  readonly kid: string;
  readonly purpose: IssuerKeyPurpose;
  readonly publicJwk: P256PublicJwk;
  readonly certificates: readonly string[];
  readonly validFrom: EpochSeconds;
  readonly validUntil: EpochSeconds;
  readonly signer: Signer;
};

/** A DID and the keys that it names; the row of the agent's DID store. */
export type VaultIdentifier = {
  readonly did: string;
  readonly alias: string;
  readonly controllerKey: string;
  readonly keys: readonly string[];
};

/** The name of the secret that wraps the data keys of enrolments. */
export const WRAPPING_SECRET = 'wrapping';

type Row = IssuerKeyFile['keys'][number];

const CHECK_PLACE = 'symbolon-issuer-keys:1:check';
const CHECK_TEXT = new TextEncoder().encode('symbolon');
const SALT_BYTES = 32;

/**
 * The authority's private keys and secrets, encrypted at rest under a key that scrypt derives from
 * the operator's passphrase (AES-256-GCM, each sealed to its name, purpose and public half).
 *
 * While it is open the key-encryption key and the signing keys are in this process's memory: what
 * guards them there is the operating system. A key management service takes this class's place.
 */
export class KeyVault {
  readonly #kek: Bytes;
  readonly #random: Random;
  readonly #kdf: IssuerKeyFile['kdf'];
  readonly #keys = new Map<string, VaultKey>();
  readonly #sealedKeys = new Map<string, string>();
  readonly #secrets = new Map<string, Bytes>();
  readonly #identifiers = new Map<string, VaultIdentifier>();

  private constructor(
    kek: Bytes,
    { random, kdf }: { readonly random: Random; readonly kdf: IssuerKeyFile['kdf'] },
  ) {
    this.#kek = kek;
    this.#random = random;
    this.#kdf = kdf;
  }

  /** An empty vault under a new passphrase; nothing is written. */
  static async create(
    passphrase: string,
    { cost, random }: { readonly cost: ScryptCost; readonly random: Random },
  ): Promise<KeyVault> {
    const salt = random(SALT_BYTES);
    const kek = await deriveKeyEncryptionKey(passphrase, salt, cost);
    const kdf = { name: 'scrypt', n: cost, r: 8, p: 1, salt: toBase64Url(salt) } as const;
    return new KeyVault(kek, { random, kdf });
  }

  /**
   * Opens a vault: every secret in it is decrypted, and every key compared with its public half.
   *
   * @throws {@link AgentError} `passphrase_wrong`; `key_store_invalid` when a row was changed.
   */
  static async open(file: IssuerKeyFile, passphrase: string, random: Random): Promise<KeyVault> {
    const salt = fromBase64Url(file.kdf.salt);
    const kek = await deriveKeyEncryptionKey(passphrase, salt, file.kdf.n);
    if (!opensCheck(kek, file.check)) {
      throw new AgentError('passphrase_wrong', 'the passphrase does not open the key store', {
        hint: 'give the passphrase that the authority was created with',
      });
    }
    const vault = new KeyVault(kek, { random, kdf: file.kdf });
    for (const row of file.keys) vault.#addRow(row);
    for (const { name, sealed } of file.secrets) {
      vault.#secrets.set(name, openSecret(kek, secretPlace(name), fromBase64Url(sealed)));
    }
    for (const { did, alias, controller_key: controllerKey, keys } of file.identifiers) {
      vault.addIdentifier({ did, alias, controllerKey, keys });
    }
    return vault;
  }

  /** Makes a P-256 key for one purpose; it gets its certificates by {@link KeyVault.certify}. */
  async createKey(kid: string, purpose: IssuerKeyPurpose): Promise<VaultKey> {
    if (this.#keys.has(kid)) throw new RangeError('a key of this name exists');
    const { publicJwk, privateJwk } = await generateP256KeyPair();
    const place = keyPlace(kid, purpose, publicJwk);
    const secret = fromBase64Url(privateJwk.d);
    this.#sealedKeys.set(kid, toBase64Url(sealBytes(this.#kek, place, secret, this.#random)));
    const key: VaultKey = {
      kid,
      purpose,
      publicJwk,
      certificates: [],
      validFrom: 0,
      validUntil: 0,
      signer: createSigner(privateJwk),
    };
    this.#keys.set(kid, key);
    return key;
  }

  /** Files a key's certificates (standard base64 DER, leaf first) and how long they are valid. */
  certify(
    kid: string,
    certificates: readonly string[],
    validity: { readonly validFrom: EpochSeconds; readonly validUntil: EpochSeconds },
  ): VaultKey {
    const key = { ...this.findKey(kid), certificates, ...validity };
    this.#keys.set(kid, key);
    return key;
  }

  /**
   * A key by name.
   *
   * @throws {@link AgentError} `key_unknown`.
   */
  findKey(kid: string): VaultKey {
    const key = this.#keys.get(kid);
    if (key === undefined) throw new AgentError('key_unknown', 'the key store has no such key');
    return key;
  }

  /**
   * The one key of a purpose.
   *
   * @throws {@link AgentError} `key_store_invalid` when there is none, or more than one.
   */
  findKeyFor(purpose: IssuerKeyPurpose): VaultKey {
    const keys = this.keys().filter((key) => key.purpose === purpose);
    const [key] = keys;
    if (key === undefined || keys.length > 1) {
      throw new AgentError('key_store_invalid', `expected one key for '${purpose}'`);
    }
    return key;
  }

  /** Every key, in the order of creation. */
  keys(): readonly VaultKey[] {
    return [...this.#keys.values()];
  }

  /** Makes a random secret of 32 bytes. */
  createSecret(name: string): void {
    if (this.#secrets.has(name)) throw new RangeError('a secret of this name exists');
    this.#secrets.set(name, this.#random(32));
  }

  /**
   * A secret by name, 32 bytes.
   *
   * @throws {@link AgentError} `key_unknown`.
   */
  findSecret(name: string): Bytes {
    const secret = this.#secrets.get(name);
    if (secret === undefined) throw new AgentError('key_unknown', 'the key store has no such key');
    return secret;
  }

  /** Files a DID; one of the same name is replaced. */
  addIdentifier(identifier: VaultIdentifier): void {
    this.#identifiers.set(identifier.did, identifier);
  }

  /** Every DID of the authority. */
  identifiers(): readonly VaultIdentifier[] {
    return [...this.#identifiers.values()];
  }

  /** The vault as it is kept: public halves in the clear, everything else sealed. */
  toFile(): IssuerKeyFile {
    const seal = (place: string, secret: Uint8Array): string =>
      toBase64Url(sealBytes(this.#kek, place, secret, this.#random));
    return {
      kind: 'symbolon-issuer-keys',
      version: 1,
      kdf: this.#kdf,
      check: seal(CHECK_PLACE, CHECK_TEXT),
      keys: this.keys().map((key) => ({
        kid: key.kid,
        purpose: key.purpose,
        public_jwk: key.publicJwk,
        certificates: [...key.certificates],
        valid_from: key.validFrom,
        valid_until: key.validUntil,
        sealed: this.#sealedKeys.get(key.kid) ?? '',
      })),
      identifiers: this.identifiers().map(({ did, alias, controllerKey, keys }) => ({
        did,
        alias,
        provider: 'did:web',
        controller_key: controllerKey,
        keys: [...keys],
      })),
      secrets: [...this.#secrets].map(([name, secret]) => ({
        name,
        sealed: seal(secretPlace(name), secret),
      })),
    };
  }

  #addRow(row: Row): void {
    const { kid, purpose, public_jwk: publicJwk } = row;
    const place = keyPlace(kid, purpose, publicJwk);
    const secret = openSecret(this.#kek, place, fromBase64Url(row.sealed));
    const privateJwk: P256PrivateJwk = { ...publicJwk, d: toBase64Url(secret) };
    this.#sealedKeys.set(kid, row.sealed);
    this.#keys.set(kid, {
      kid,
      purpose,
      publicJwk,
      certificates: row.certificates,
      validFrom: row.valid_from,
      validUntil: row.valid_until,
      signer: createSigner(privateJwk),
    });
  }
}

/** The public half is part of the place, so that a sealed key cannot be paired with another one. */
function keyPlace(kid: string, purpose: IssuerKeyPurpose, { x, y }: P256PublicJwk): string {
  return `symbolon-issuer-keys:1:key:${purpose}:${kid}:${x}:${y}`;
}

function secretPlace(name: string): string {
  return `symbolon-issuer-keys:1:secret:${name}`;
}

function opensCheck(kek: Uint8Array, check: string): boolean {
  try {
    openSecret(kek, CHECK_PLACE, fromBase64Url(check));
    return true;
  } catch {
    return false;
  }
}

function toBase64Url(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64url');
}

function fromBase64Url(text: string): Bytes {
  return new Uint8Array(Buffer.from(text, 'base64url'));
}
