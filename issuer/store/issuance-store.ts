import type { EpochSeconds } from '@symbolon/schemas';
import type { Bytes } from '../sealed-bytes.ts';
import type { ExpiringKey } from './expiring-key.ts';

/** Whether credentials are issued for an enrolment; `revoked` is final. */
export type EnrolmentState = 'living' | 'suspended' | 'revoked';

/** An enrolment as a database holds it: what is personal in it is sealed under a key of its own. */
export type SealedEnrolment = {
  /** 32 lower-case hexadecimal digits. */
  readonly enrolmentId: string;
  /** The data key, wrapped by a key that the database never sees. */
  readonly wrappedKey: Bytes;
  readonly sealedPerson: Bytes;
};

/** A {@link SealedEnrolment} that is to be added. */
type NewEnrolment = SealedEnrolment & {
  /** HMAC of the normalised identity number: one person has one enrolment that is not revoked. */
  readonly personHmac: Bytes;
};

/** A {@link SealedEnrolment} that was found. */
export type StoredEnrolment = SealedEnrolment & { readonly state: EnrolmentState };

/** What an offer, and then an access token, entitles to. */
export type Entitlement = {
  readonly enrolmentId: string;
  readonly configurationIds: readonly string[];
};

/** An offer that waits for its code; the code itself is not stored. */
export type NewOffer = Entitlement & {
  readonly offerKey: ExpiringKey;
  /** HMAC of the transaction code, 32 bytes: six digits under a plain hash could be guessed. */
  readonly txCodeHmac: Bytes;
  /** The offer itself, sealed under a key that only the reference gives. */
  readonly byReference?: { readonly referenceKey: ExpiringKey; readonly sealedOffer: Bytes };
};

/** An access token that takes the place of an offer; the token itself is not stored. */
export type NewAccessToken = {
  readonly tokenKey: ExpiringKey;
  /** RFC 7638 thumbprint of the key that the token is bound to (RFC 9449 section 6.1). */
  readonly dpopJkt: string | undefined;
  /** The token is good for so many credentials times the configurations of its offer. */
  readonly credentialsPerConfiguration: number;
};

/** What became of an attempt to redeem an offer. */
export type OfferRedemption =
  | { readonly outcome: 'redeemed'; readonly entitlement: Entitlement }
  /** There is none, or it was redeemed, has expired or was guessed at too often. */
  | { readonly outcome: 'unknown' }
  | { readonly outcome: 'tx_code_wrong'; readonly attemptsLeft: number };

/** A living access token. */
export type AccessGrant = Entitlement & {
  readonly expiresAt: EpochSeconds;
  readonly dpopJkt: string | undefined;
  readonly credentialsLeft: number;
};

/** The credentials of one answer, sealed: which status index is whose is in there only. */
export type SealedIssuance = {
  readonly enrolmentId: string;
  /** 16 lower-case hexadecimal digits. */
  readonly issuanceId: string;
  readonly credentialCount: number;
  readonly sealedCredentials: Bytes;
};

/** Everything that one answer of the credential endpoint changes. */
export type NewIssuance = SealedIssuance & {
  readonly tokenKey: ExpiringKey;
  /** One for each distinct `c_nonce` of the key proofs. */
  readonly nonceKeys: readonly ExpiringKey[];
};

/** Whether an issuance was recorded; in every other case nothing was changed. */
export type IssuanceOutcome =
  | 'recorded'
  | 'nonce_used'
  /** The token does not exist, has expired or belongs to another enrolment. */
  | 'token_unknown'
  | 'token_spent'
  /** Suspended, revoked or erased. */
  | 'enrolment_not_living';

/** Token Status List section 7.1: 0 VALID, 1 INVALID (final), 2 SUSPENDED. */
export type StatusValue = 0 | 1 | 2;

/** One entry of a status list; an entry that is not stored is VALID. */
export type StatusEntry = {
  readonly listNumber: number;
  readonly index: number;
  readonly value: StatusValue;
};

/** A status list: counters below `nextCounter` are given away or set aside, and never again. */
export type StatusListRow = {
  /** From 1. */
  readonly listNumber: number;
  /** Number of entries. */
  readonly size: number;
  readonly nextCounter: number;
};

/** A change of status with its record, sealed like the rest of the enrolment. */
export type NewStatusChange = {
  readonly enrolmentId: string;
  readonly changeId: string;
  readonly sealedChange: Bytes;
  readonly entries: readonly StatusEntry[];
};

/** A registered relying party; the document's shape is the registrar's. */
export type StoredRelyingParty = {
  readonly relyingPartyId: string;
  /** JSON. */
  readonly document: string;
  readonly revokedAt: EpochSeconds | undefined;
};

/**
 * What the issuer asks of a database. Every function is one atomic step, and a promise of a write
 * resolves when the change is on disk. Nothing personal reaches the store unsealed, and no code,
 * token or nonce except as a hash.
 *
 * @throws Only when the database itself fails; what can happen to a request is in the result.
 */
export type IssuanceStore = {
  /** Atomic: of many who add the same person, one succeeds. */
  readonly addEnrolment: (enrolment: NewEnrolment) => Promise<'added' | 'person_has_enrolment'>;
  /** The enrolment with its wrapped data key; `undefined` when there is none, or it was erased. */
  readonly getEnrolment: (enrolmentId: string) => Promise<StoredEnrolment | undefined>;
  /** `revoked` is final and lets the person enrol again. */
  readonly setEnrolmentState: (
    enrolmentId: string,
    state: EnrolmentState,
  ) => Promise<'set' | 'unknown' | 'revoked'>;
  /**
   * Destroys the data key, and deletes what was sealed under it: nothing of it opens again, unless
   * a backup holds the key. Revoke the credentials first: afterwards nobody can find them.
   */
  readonly eraseEnrolment: (enrolmentId: string, now: EpochSeconds) => Promise<void>;
  /** When the enrolment was erased. */
  readonly getErasure: (enrolmentId: string) => Promise<EpochSeconds | undefined>;

  readonly addOffer: (offer: NewOffer) => Promise<'added' | 'enrolment_not_living'>;
  /** The sealed offer behind a reference, which stays until it expires. */
  readonly getOfferByReference: (
    referenceKey: ExpiringKey,
    now: EpochSeconds,
  ) => Promise<Bytes | undefined>;
  /**
   * Takes an offer and puts an access token in its place, if the transaction code is right: one
   * step. An attempt is counted before the codes are compared (in constant time), and there are
   * five: so of 50 parallel right attempts one gets a token, and 50 parallel wrong ones are at
   * most five comparisons.
   */
  readonly redeemOffer: (attempt: {
    readonly offerKey: ExpiringKey;
    readonly txCodeHmac: Bytes;
    readonly token: NewAccessToken;
    readonly now: EpochSeconds;
  }) => Promise<OfferRedemption>;
  readonly getAccessGrant: (
    tokenKey: ExpiringKey,
    now: EpochSeconds,
  ) => Promise<AccessGrant | undefined>;

  /** Spends a nonce or a `jti` for good: `false` when it was spent before. */
  readonly spendNonce: (nonceKey: ExpiringKey) => Promise<boolean>;
  /** Spends the nonces and the token's share, and records the credentials: all or nothing. */
  readonly recordIssuance: (issuance: NewIssuance, now: EpochSeconds) => Promise<IssuanceOutcome>;
  /** Every issuance of an enrolment, in no particular order. */
  readonly getIssuances: (enrolmentId: string) => Promise<readonly SealedIssuance[]>;

  /** Adds a list with its decoys; `exists` when another one took the number. */
  readonly addStatusList: (
    list: StatusListRow,
    decoys: readonly StatusEntry[],
  ) => Promise<'added' | 'exists'>;
  readonly getStatusLists: () => Promise<readonly StatusListRow[]>;
  /**
   * Reserves up to `count` counters of a list for good: the first of them and how many, 0 when the
   * list is full. What is not used is lost, never given away again.
   */
  readonly reserveStatusCounters: (
    listNumber: number,
    count: number,
  ) => Promise<{ readonly first: number; readonly count: number }>;
  /** The entries that are not VALID. */
  readonly getStatusEntries: (listNumber: number) => Promise<readonly StatusEntry[]>;
  /** Changes entries and records why; gives those that changed. INVALID never changes. */
  readonly changeStatus: (change: NewStatusChange) => Promise<readonly StatusEntry[]>;
  /** The sealed records of an enrolment's changes by id, in no particular order. */
  readonly getStatusChanges: (enrolmentId: string) => Promise<ReadonlyMap<string, Bytes>>;

  readonly addRelyingParty: (
    relyingParty: Omit<StoredRelyingParty, 'revokedAt'>,
  ) => Promise<'added' | 'exists'>;
  readonly getRelyingParties: () => Promise<readonly StoredRelyingParty[]>;
  /** Revokes once; a second time changes nothing. */
  readonly revokeRelyingParty: (
    relyingPartyId: string,
    now: EpochSeconds,
  ) => Promise<'revoked' | 'unknown'>;

  /** The next number of a series that only grows, from 1. */
  readonly nextSequence: (series: 'trust_bundle') => Promise<number>;
  /** Resolves when the database answers a write. */
  readonly checkHealth: () => Promise<void>;
  /** Finishes the writes under way and closes the database. */
  readonly close: () => Promise<void>;
};
