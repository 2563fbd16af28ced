import { didJwkOf, issueSdJwt, prepareSdJwt, type StatusReference } from '@symbolon/credentials';
import type { Random } from '@symbolon/credentials/crypto';
import {
  type ClaimPath,
  type CredentialConfiguration,
  claimPathOf,
  type EpochSeconds,
  type JsonObject,
  type JsonValue,
  type P256PublicJwk,
  type SdJwtFormat,
} from '@symbolon/schemas';
import type { IssuerAgent } from '../agent/contract.ts';

/** What all credentials of one answer have in common. */
export type MintParts = {
  readonly configuration: CredentialConfiguration;
  readonly claims: JsonObject;
  /** Whole UTC days. */
  readonly issuedOn: EpochSeconds;
  readonly expiresOn: EpochSeconds;
  readonly baseUrl: string;
};

/** What one SD-JWT has for itself. */
export type SdJwtRequest = { readonly holderKey: P256PublicJwk; readonly status: StatusReference };

/**
 * Mints SD-JWT credentials about one person. What they share is prepared once; each has its own
 * key, salts, digests, status index and signature.
 */
export async function mintSdJwt(
  parts: MintParts & { readonly format: SdJwtFormat },
  requests: readonly SdJwtRequest[],
  { credential, did }: Pick<IssuerAgent, 'credential' | 'did'>,
  random: Random,
): Promise<readonly string[]> {
  const { format } = parts;
  const { certificates, kid, didUrl, signer } = credential;
  const claims = format === 'dc+sd-jwt' ? sdJwtVcClaims(parts) : w3cClaims(parts, did);
  const prepared = prepareSdJwt({
    format,
    header: format === 'dc+sd-jwt' ? { kid, x5c: certificates } : { kid: didUrl },
    claims,
    selectivelyDisclosable: disclosablePaths(parts.configuration, claims),
  });
  return Promise.all(requests.map((request) => issueSdJwt(prepared, request, signer, random)));
}

/** Mints W3C JWT credentials (data model 1.1), each with an identifier of its own and no status. */
export async function mintJwtVc(
  { configuration, claims, issuedOn, expiresOn }: MintParts,
  holderKeys: readonly P256PublicJwk[],
  agent: Pick<IssuerAgent, 'issueJwtVc'>,
  random: Random,
): Promise<readonly string[]> {
  const { w3cContext11, w3cTypes } = configuration.type;
  return Promise.all(
    holderKeys.map((holderKey) =>
      agent.issueJwtVc({
        id: `urn:uuid:${randomUuid(random)}`,
        context: w3cContext11,
        types: w3cTypes,
        subject: { ...claims, id: didJwkOf(holderKey) },
        issuedOn,
        expiresOn,
      }),
    ),
  );
}

/** SD-JWT VC: claims at the top, the issuer by its URL. */
function sdJwtVcClaims(parts: MintParts): JsonObject {
  const { baseUrl, claims, configuration } = parts;
  return { iss: baseUrl, vct: configuration.type.vct, ...validity(parts), ...claims };
}

/** VCDM 2.0: claims under `credentialSubject`, the issuer by its DID. */
function w3cClaims(parts: MintParts, did: string): JsonObject {
  const { claims, configuration, expiresOn, issuedOn } = parts;
  const { w3cContext, w3cTypes } = configuration.type;
  return {
    '@context': w3cContext,
    type: w3cTypes,
    issuer: did,
    iss: did,
    validFrom: timestamp(issuedOn),
    validUntil: timestamp(expiresOn),
    ...validity(parts),
    credentialSubject: claims,
  };
}

function validity({ issuedOn, expiresOn }: MintParts): JsonObject {
  return { iat: issuedOn, nbf: issuedOn, exp: expiresOn };
}

/** The paths of the type's table that may be left out and that this person has. */
function disclosablePaths(
  { type, format }: CredentialConfiguration,
  claims: JsonObject,
): readonly ClaimPath[] {
  return type.claims
    .filter(({ sd }) => sd === 'allowed')
    .map(({ name }) => claimPathOf(type, name, format))
    .filter((path) => hasPath(claims, path));
}

function hasPath(value: JsonValue | undefined, path: ClaimPath): boolean {
  const [step, ...rest] = path;
  if (step === undefined) return value !== undefined;
  if (typeof step !== 'string' || !isObject(value)) return false;
  return hasPath(Object.hasOwn(value, step) ? value[step] : undefined, rest);
}

function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** dateTimeStamp with its zone (VCDM 2.0 section 4.9). */
function timestamp(time: EpochSeconds): string {
  return new Date(time * 1000).toISOString().replace('.000Z', 'Z');
}

/** A version 4 UUID (RFC 9562 section 5.4). */
function randomUuid(random: Random): string {
  const bytes = Buffer.from(random(16));
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = bytes.toString('hex');
  return [8, 12, 16, 20, 32]
    .map((end, at, ends) => hex.slice(at === 0 ? 0 : ends[at - 1], end))
    .join('-');
}
