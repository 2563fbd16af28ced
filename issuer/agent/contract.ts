import type { Signer } from '@symbolon/credentials/crypto';
import type { EpochSeconds, JsonObject, P256PublicJwk, TrustAnchor } from '@symbolon/schemas';

/** A key of the authority that others meet by name; the private half stays in the agent. */
export type NamedKey = {
  /** Short: the `kid` beside an https issuer, in status list tokens, and in the trust bundle. */
  readonly kid: string;
  /** `did:web:<host>#<kid>`: the `kid` of what is signed in the name of the DID. */
  readonly didUrl: string;
  readonly publicJwk: P256PublicJwk;
  /** `x5c`: standard base64 DER, leaf first, without the anchor. */
  readonly certificates: readonly string[];
  /** ES256, raw r‖s, by OpenSSL. */
  readonly signer: Signer;
  readonly validFrom: EpochSeconds;
  readonly validUntil: EpochSeconds;
};

/** What a message authentication code is for; each purpose has a key of its own. */
export const MAC_PURPOSES = [
  'identity_number',
  'nonce',
  'tx_code',
  'status_index',
  'access_token',
  'log_address',
] as const;

/** One of {@link MAC_PURPOSES}. */
type MacPurpose = (typeof MAC_PURPOSES)[number];

/** Wraps the data keys of enrolments; the key itself never leaves the agent. */
export type WrappingKey = {
  /** @param place - Authenticated with it: where the wrapped key is kept. */
  readonly wrap: (
    dataKey: Uint8Array<ArrayBuffer>,
    place: string,
  ) => Promise<Uint8Array<ArrayBuffer>>;
  /** @throws {@link AgentError} `key_store_invalid` when the bytes or the place were changed. */
  readonly unwrap: (
    wrapped: Uint8Array<ArrayBuffer>,
    place: string,
  ) => Promise<Uint8Array<ArrayBuffer>>;
};

/** A W3C credential of data model 1.1, before it is a JWT. */
export type JwtVcContent = {
  /** Becomes `jti`; a URI, new for each credential. */
  readonly id: string;
  readonly context: readonly string[];
  readonly types: readonly string[];
  /** With `id`, the holder's `did:jwk`, which becomes `sub`. */
  readonly subject: JsonObject & { readonly id: string };
  /** Becomes `nbf`; a whole UTC day. */
  readonly issuedOn: EpochSeconds;
  /** Becomes `exp`; a whole UTC day. */
  readonly expiresOn: EpochSeconds;
};

/** Who gets an access certificate. */
type AccessSubject = {
  readonly commonName: string;
  readonly organizationName: string;
  /** ETSI EN 319 412-1 section 5.1.4, for example `NTRCN-91310000`. */
  readonly organizationIdentifier: string;
  readonly country: string;
};

/** The certificate authorities that the authority runs: standard base64 DER of each. */
export type AuthorityCertificates = {
  readonly issuer: string;
  readonly access: string;
  readonly registrar: string;
};

/**
 * What the rest of the issuer may ask of its keys and its identity. No private key, and no type of
 * the framework behind it, is reachable from here.
 */
export type IssuerAgent = {
  /** `did:web:<host>`. */
  readonly did: string;
  /** As published at `/.well-known/did.json`. */
  readonly didDocument: JsonObject;
  readonly anchor: TrustAnchor;
  readonly authorities: AuthorityCertificates;
  /** Signs credentials in every format; named in the DID document for assertions. */
  readonly credential: NamedKey;
  /** Signs status list tokens. */
  readonly status: NamedKey;
  /** Signs the issuer metadata (OpenID4VCI 1.0 section 12.2.3). */
  readonly metadata: NamedKey;
  /** Signs relying-party registrations; its certificate stands under an anchor of its own. */
  readonly registrar: NamedKey;
  /** Signs trust bundles and nothing else: the private half of {@link IssuerAgent.anchor}. */
  readonly bundleSigner: Signer;
  readonly wrappingKey: WrappingKey;
  /** HMAC-SHA-256 under the key of that purpose: 32 bytes. */
  readonly mac: (purpose: MacPurpose, data: Uint8Array) => Uint8Array<ArrayBuffer>;
  /** Issues a `jwt_vc_json` credential, signed with {@link IssuerAgent.credential}. */
  readonly issueJwtVc: (content: JwtVcContent) => Promise<string>;
  /**
   * Issues an access certificate under the access CA.
   *
   * @returns Standard base64 DER, leaf first, without the anchor.
   */
  readonly issueAccessCertificate: (request: {
    readonly subject: AccessSubject;
    readonly publicJwk: P256PublicJwk;
    readonly notBefore: EpochSeconds;
    readonly notAfter: EpochSeconds;
  }) => Promise<readonly string[]>;
};
