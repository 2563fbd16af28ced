import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createHmac,
  randomBytes,
  scrypt,
  timingSafeEqual,
} from 'node:crypto';
import {
  parseWalletFileHeader,
  type WalletFileHeader,
  type WalletFileKind,
} from '@symbolon/schemas/wallet-file';
import { WalletError } from '../error.ts';

/** How much a guess at the passphrase costs. */
export type KdfCost = Pick<WalletFileHeader['kdf'], 'cost' | 'block_size' | 'parallelization'>;

/** 128 MiB and about a third of a second for each guess. */
export const KDF_COST: KdfCost = { cost: 1 << 17, block_size: 8, parallelization: 1 };

/** A sealed file is refused when it is longer than this. */
export const MAX_SEALED_BYTES = 96 * 1024 * 1024;

/**
 * The keys of a sealed file, derived from its passphrase and salt: one encrypts, the other tells a
 * wrong passphrase from damage. They are kept while a command runs, so that writing back does not
 * cost a second derivation.
 */
export type SealingKey = {
  readonly kdf: WalletFileHeader['kdf'];
  readonly encryption: Buffer;
  readonly check: Buffer;
};

const CHECKSUM_BYTES = 32;
const TAG_BYTES = 16;
const NEWLINE = 0x0a;
const MAX_HEADER_BYTES = 1024;
const SCRYPT_MAX_MEMORY_BYTES = 2 ** 31 - 1;

/** Derives the keys for a new file, under a fresh salt. */
export function createSealingKey(passphrase: string, cost: KdfCost): Promise<SealingKey> {
  const salt = randomBytes(16).toString('base64url');
  return deriveKey(passphrase, { name: 'scrypt', ...cost, salt });
}

/**
 * Encrypts a file's contents (AES-256-GCM under a fresh nonce, the header authenticated with it).
 *
 * The file is: one line of JSON ({@link WalletFileHeader}), the ciphertext with its tag, and a
 * SHA-256 over both. The checksum is no protection; it tells a disk's fault from a wrong passphrase.
 */
export function sealFile(plaintext: Uint8Array, kind: WalletFileKind, key: SealingKey): Buffer {
  const nonce = randomBytes(12);
  const header = {
    kind,
    version: 1,
    kdf: key.kdf,
    cipher: 'A256GCM',
    nonce: nonce.toString('base64url'),
  } as const;
  const line = Buffer.from(
    `${JSON.stringify({ ...header, key_check: keyCheck(key, header).toString('base64url') })}\n`,
  );
  const cipher = createCipheriv('aes-256-gcm', key.encryption, nonce);
  cipher.setAAD(line);
  const sealed = [line, cipher.update(plaintext), cipher.final(), cipher.getAuthTag()];
  return Buffer.concat([...sealed, checksum(sealed)]);
}

/** An opened file: its contents, and the keys to write it back with. */
export type OpenedFile = { readonly plaintext: Buffer; readonly key: SealingKey };

/**
 * Opens a sealed file.
 *
 * @param secret - The passphrase, or the keys of an earlier opening of the same file.
 * @throws {@link WalletError} `wallet_damaged` when bytes of the file have changed, or it is
 *   another kind of file; `wrong_passphrase`.
 */
export async function openFile(
  bytes: Buffer,
  kind: WalletFileKind,
  secret: string | SealingKey,
): Promise<OpenedFile> {
  const { line, body } = splitFile(bytes);
  const header = parseHeader(line, kind);
  const key = typeof secret === 'string' ? await deriveKey(secret, header.kdf) : secret;
  const { key_check: expected, ...checked } = header;
  if (!timingSafeEqual(keyCheck(key, checked), Buffer.from(expected, 'base64url'))) {
    throw new WalletError('wrong_passphrase', 'the passphrase is wrong', {
      hint: 'try again; a forgotten passphrase cannot be recovered',
    });
  }
  const decipher = createDecipheriv(
    'aes-256-gcm',
    key.encryption,
    Buffer.from(header.nonce, 'base64url'),
    { authTagLength: TAG_BYTES },
  );
  decipher.setAAD(line);
  decipher.setAuthTag(body.subarray(-TAG_BYTES));
  try {
    const start = decipher.update(body.subarray(0, -TAG_BYTES));
    return { plaintext: Buffer.concat([start, decipher.final()]), key };
  } catch (cause) {
    throw damaged('its contents do not match its seal', cause);
  }
}

function splitFile(bytes: Buffer): { readonly line: Buffer; readonly body: Buffer } {
  const lineLength = bytes.subarray(0, MAX_HEADER_BYTES).indexOf(NEWLINE) + 1;
  if (lineLength === 0 || bytes.length < lineLength + TAG_BYTES + CHECKSUM_BYTES) {
    throw damaged('it is cut short or is not a wallet file');
  }
  const sealed = bytes.subarray(0, -CHECKSUM_BYTES);
  if (!checksum([sealed]).equals(bytes.subarray(-CHECKSUM_BYTES))) {
    throw damaged('its checksum does not match');
  }
  return { line: sealed.subarray(0, lineLength), body: sealed.subarray(lineLength) };
}

function parseHeader(line: Buffer, kind: WalletFileKind): WalletFileHeader {
  let header: WalletFileHeader;
  try {
    header = parseWalletFileHeader(JSON.parse(line.toString('utf8')));
  } catch (cause) {
    throw damaged('its header is not acceptable', cause);
  }
  if (header.kind === kind) return header;
  throw damaged(`it is a '${header.kind}' file, expected '${kind}'`);
}

function deriveKey(passphrase: string, kdf: WalletFileHeader['kdf']): Promise<SealingKey> {
  const { cost, block_size: blockSize, parallelization } = kdf;
  const options = { cost, blockSize, parallelization, maxmem: SCRYPT_MAX_MEMORY_BYTES };
  // The same words typed on another keyboard may be other code points: NFKC makes them one.
  const words = passphrase.normalize('NFKC');
  return new Promise((resolve, reject) => {
    scrypt(words, Buffer.from(kdf.salt, 'base64url'), 64, options, (error, derived) => {
      if (error !== null) reject(error);
      else resolve({ kdf, encryption: derived.subarray(0, 32), check: derived.subarray(32) });
    });
  });
}

function keyCheck(key: SealingKey, header: Omit<WalletFileHeader, 'key_check'>): Buffer {
  return createHmac('sha256', key.check).update(JSON.stringify(header)).digest().subarray(0, 16);
}

function checksum(parts: readonly Uint8Array[]): Buffer {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest();
}

function damaged(why: string, cause?: unknown): WalletError {
  return new WalletError('wallet_damaged', `the wallet file is damaged: ${why}`, {
    cause,
    hint: "put a backup in its place with 'wallet restore FILE'",
  });
}
