import * as v from 'valibot';
import { credentialFormatSchema } from './credential-types/credential-format.ts';
import { epochSecondsSchema } from './epoch-seconds.ts';
import { base64UrlSchema } from './jwk.ts';
import { locationSchema } from './location.ts';
import { parseWith } from './parse-error.ts';
import { trustAnchorSchema } from './trust-anchor.ts';

/** What a sealed file is: the wallet in use, or a backup of one. */
export type WalletFileKind = 'symbolon-wallet' | 'symbolon-wallet-backup';

const powerOfTwoSchema = v.pipe(
  v.number(),
  v.safeInteger(),
  v.minValue(1 << 10),
  v.maxValue(1 << 20),
  v.check((cost) => (cost & (cost - 1)) === 0, 'power_of_two'),
);

/** Bounded, so that a forged header cannot ask for more than 1 GiB of memory. */
const scryptSchema = v.strictObject({
  name: v.literal('scrypt'),
  cost: powerOfTwoSchema,
  block_size: v.pipe(v.number(), v.safeInteger(), v.minValue(1), v.maxValue(8)),
  parallelization: v.pipe(v.number(), v.safeInteger(), v.minValue(1), v.maxValue(4)),
  salt: v.pipe(base64UrlSchema, v.length(22)),
});

const walletFileHeaderSchema = v.strictObject({
  kind: v.picklist(['symbolon-wallet', 'symbolon-wallet-backup']),
  version: v.literal(1),
  kdf: scryptSchema,
  cipher: v.literal('A256GCM'),
  nonce: v.pipe(base64UrlSchema, v.length(16)),
  /** Tells a wrong passphrase from a damaged file; 16 bytes of a MAC over the header without it. */
  key_check: v.pipe(base64UrlSchema, v.length(22)),
});

/** The first line of a sealed wallet file: how its key is derived and how it is encrypted. */
export type WalletFileHeader = v.InferOutput<typeof walletFileHeaderSchema>;

/** Parses the header of a sealed wallet file; it is authenticated only with the file's key. */
export function parseWalletFileHeader(input: unknown): WalletFileHeader {
  return parseWith('wallet file header', walletFileHeaderSchema, input);
}

const shortTextSchema = v.pipe(v.string(), v.maxLength(300));
const namesSchema = v.pipe(v.array(v.pipe(v.string(), v.maxLength(4000))), v.maxLength(256));
const cardIdSchema = v.pipe(v.string(), v.regex(/^[a-z2-7]{6}$/));

const privateJwkSchema = v.strictObject({
  kty: v.literal('EC'),
  crv: v.literal('P-256'),
  x: v.pipe(base64UrlSchema, v.length(43)),
  y: v.pipe(base64UrlSchema, v.length(43)),
  d: v.pipe(base64UrlSchema, v.length(43)),
});

const useSchema = v.strictObject({ at: epochSecondsSchema, verifier: shortTextSchema });

const copySchema = v.strictObject({
  /** As received: issuer-signed, with every disclosure. */
  credential: v.pipe(v.string(), v.minLength(1), v.maxLength(262_144)),
  /** The key that this copy, and no other, is bound to. */
  key: privateJwkSchema,
  uses: v.pipe(v.array(useSchema), v.maxLength(10_000)),
  /** Came from a backup: another device may have shown it since. */
  restored: v.boolean(),
});

const cardSchema = v.strictObject({
  id: cardIdSchema,
  type: v.pipe(v.string(), v.maxLength(100)),
  format: credentialFormatSchema,
  issuer: locationSchema,
  authority: shortTextSchema,
  received_at: epochSecondsSchema,
  expires_at: epochSecondsSchema,
  copies: v.pipe(v.array(copySchema), v.minLength(1), v.maxLength(100)),
});

const counterSchema = v.strictObject({
  name: shortTextSchema,
  legal_name: shortTextSchema,
  identifier: shortTextSchema,
  purpose: v.pipe(v.string(), v.maxLength(1000)),
});

/** Names of claims only: no value of a claim is ever in the history. */
const historyEntrySchema = v.variant('event', [
  v.strictObject({
    event: v.literal('received'),
    at: epochSecondsSchema,
    authority: shortTextSchema,
    cards: v.pipe(
      v.array(
        v.strictObject({ id: cardIdSchema, type: shortTextSchema, format: credentialFormatSchema }),
      ),
      v.maxLength(32),
    ),
  }),
  v.strictObject({
    event: v.literal('presented'),
    at: epochSecondsSchema,
    counter: counterSchema,
    cards: v.pipe(v.array(cardIdSchema), v.maxLength(32)),
    claims: namesSchema,
  }),
  v.strictObject({
    event: v.literal('refused'),
    at: epochSecondsSchema,
    counter: counterSchema,
    reason: v.picklist(['over_asked', 'declined', 'no_match']),
    /** What was asked beyond the registration. */
    over_asked: namesSchema,
  }),
  v.strictObject({
    event: v.literal('deleted'),
    at: epochSecondsSchema,
    card: cardIdSchema,
    type: shortTextSchema,
    format: credentialFormatSchema,
  }),
  v.strictObject({ event: v.literal('backed_up'), at: epochSecondsSchema }),
  v.strictObject({ event: v.literal('restored'), at: epochSecondsSchema }),
]);

const walletDocumentSchema = v.strictObject({
  version: v.literal(1),
  anchor: trustAnchorSchema,
  /** The newest trust bundle taken over; the bundle itself is a signed public file beside this. */
  bundle: v.nullable(
    v.strictObject({
      sequence: v.pipe(v.number(), v.safeInteger(), v.minValue(1)),
      /** `TrustBundle.digest`: of what was signed, without the signature. */
      digest: v.pipe(base64UrlSchema, v.length(43)),
    }),
  ),
  cards: v.pipe(v.array(cardSchema), v.maxLength(1000)),
  history: v.pipe(v.array(historyEntrySchema), v.maxLength(100_000)),
});

const walletBackupSchema = v.strictObject({
  document: walletDocumentSchema,
  trust_bundle: v.nullable(v.pipe(v.string(), v.maxLength(64_000_000))),
});

/** What a wallet holds, once opened; times are in seconds. */
export type WalletDocument = v.InferOutput<typeof walletDocumentSchema>;

/** A card: copies of one credential, alike but for key, salts and status index. */
export type Card = v.InferOutput<typeof cardSchema>;

/** One copy of a card, made to be shown once. */
export type CardCopy = v.InferOutput<typeof copySchema>;

/** What happened, when and towards whom. */
export type HistoryEntry = v.InferOutput<typeof historyEntrySchema>;

/** Who asked, as registered with the authority. */
export type Counter = v.InferOutput<typeof counterSchema>;

/** What a backup holds: the wallet's document and the trust bundle that it had. */
export type WalletBackup = v.InferOutput<typeof walletBackupSchema>;

/** Parses what a wallet file holds. */
export function parseWalletDocument(input: unknown): WalletDocument {
  return parseWith('wallet', walletDocumentSchema, input);
}

/** Parses what a backup holds. */
export function parseWalletBackup(input: unknown): WalletBackup {
  return parseWith('wallet backup', walletBackupSchema, input);
}
