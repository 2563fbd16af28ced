import { presentSdJwt } from '@symbolon/credentials';
import { randomBytes, type Signer, sha256Base64Url } from '@symbolon/credentials/crypto';
import { signCompactJws } from '@symbolon/credentials/jose';
import { encodeFrames, sealAnswer } from '@symbolon/presentation';
import {
  type ClaimPath,
  claimPathOf,
  getPolicy,
  IDENTITY_CARD,
  type JsonObject,
  type SdJwtFormat,
} from '@symbolon/schemas';
import type { PresentationRequest } from '@symbolon/verifier';
import { type CardOptions, makeKey, type World } from './world.ts';

/** What a holder may do otherwise than an honest one. */
export type AnswerOptions = Omit<CardOptions, 'holderKey'> & {
  /** Signs the key binding instead of the card's key. */
  readonly bindingSigner?: Signer;
  readonly nonce?: string;
  readonly audience?: string;
  readonly iat?: number;
  /** Claim names to show instead of those asked for. */
  readonly disclose?: readonly string[];
  /** Does something to the credential and its disclosures before the holder signs. */
  readonly tamperSdJwt?: (sdJwt: string) => string;
  /** Replaces members of the key binding. */
  readonly binding?: JsonObject;
  readonly bindingHeader?: JsonObject;
  /** Does something to the presentation before it is sealed. */
  readonly tamper?: (presentation: string) => string;
  /** The id that the presentation is sent under. */
  readonly queryId?: string;
};

/** Makes a card and a presentation of it for this request. */
export async function present(
  world: World,
  request: PresentationRequest,
  options: AnswerOptions = {},
): Promise<string> {
  const { format = 'dc+sd-jwt' } = options;
  const { tamper = (text) => text, tamperSdJwt = (text) => text } = options;
  const key = await makeKey();
  const signer = options.bindingSigner ?? key.signer;
  const own = {
    nonce: options.nonce ?? request.nonce,
    audience: options.audience ?? request.clientId,
  };
  const presentation = await presentSdJwt({
    compact: await world.card({ ...options, format, holderKey: key.publicJwk }),
    disclose: pathsOf(options.disclose ?? getPolicy(request.policy)?.asks ?? [], format),
    keyBinding: { ...own, iat: options.iat ?? world.now, signer },
  });
  const isHonest = [options.tamperSdJwt, options.binding, options.bindingHeader].every(
    (each) => each === undefined,
  );
  if (isHonest) return tamper(presentation);
  const sdJwt = tamperSdJwt(presentation.slice(0, presentation.lastIndexOf('~') + 1));
  const [sdHash = ''] = await sha256Base64Url([sdJwt]);
  const payload = { nonce: own.nonce, aud: own.audience, iat: world.now, sd_hash: sdHash };
  const keyBinding = await signCompactJws({
    header: { typ: 'kb+jwt', ...options.bindingHeader },
    payload: without(payload, options.binding),
    signer,
  });
  return tamper(sdJwt + keyBinding);
}

/** `change` replaces members; a member of `null` is taken out. */
function without(payload: JsonObject, change: JsonObject = {}): JsonObject {
  return Object.fromEntries(
    Object.entries({ ...payload, ...change }).filter(([, value]) => value !== null),
  );
}

/** The whole answer of a holder: present, seal; the wire form. */
export async function answer(
  world: World,
  request: PresentationRequest,
  options: AnswerOptions = {},
): Promise<Uint8Array<ArrayBuffer>> {
  const presentation = await present(world, request, options);
  const id = options.queryId ?? queryIdOf(request, options.format ?? 'dc+sd-jwt');
  return sealTo(request, new Map([[id, presentation]]));
}

/** Seals presentations to a request. */
export function sealTo(
  request: PresentationRequest,
  vpToken: ReadonlyMap<string, string>,
): Promise<Uint8Array<ArrayBuffer>> {
  const { kty, crv, x, y } = request.responsePrivateJwk;
  return sealAnswer({
    request: { compact: request.compact, query: request.query, responseKey: { kty, crv, x, y } },
    answer: { kind: 'presented', vpToken },
    random: randomBytes,
  });
}

/** The frames of an answer, one a line. */
export function framesOf(request: Pick<PresentationRequest, 'sid'>, wire: Uint8Array): string {
  return encodeFrames(wire, { sid: request.sid, blockBytes: 493 }).join('\n');
}

export function queryIdOf({ query }: PresentationRequest, format: SdJwtFormat): string {
  return query.credentials.find((each) => each.format === format)?.id ?? '';
}

function pathsOf(names: readonly string[], format: SdJwtFormat): readonly ClaimPath[] {
  return names.map((name) => claimPathOf(IDENTITY_CARD, name, format));
}
