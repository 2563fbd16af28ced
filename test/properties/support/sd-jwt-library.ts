import { hash } from 'node:crypto';
import { SDJwtVcInstance } from '@sd-jwt/sd-jwt-vc';
import { randomBytes, type Signer, verifySignature } from '@symbolon/credentials/crypto';
import { type ClaimPath, type PublicJwk, parseConfirmation } from '@symbolon/schemas';
import * as v from 'valibot';

const bytes = (text: string) => new TextEncoder().encode(text);

const signWith = (signer: Signer) => async (data: string) =>
  Buffer.from(await signer.sign(bytes(data))).toString('base64url');

const verifyWith = (key: PublicJwk) => (data: string, signature: string) =>
  verifySignature({
    alg: 'ES256',
    key,
    data: bytes(data),
    signature: Uint8Array.from(Buffer.from(signature, 'base64url')),
  });

/** `@sd-jwt/sd-jwt-vc`, with the primitives that it leaves to its caller. */
export const createLibrary = (parties: {
  readonly issuerKey: PublicJwk;
  readonly statusKey: PublicJwk;
  readonly issuerSigner: Signer;
  readonly holderSigner: Signer;
  readonly statusList: (uri: string) => Promise<string>;
}) =>
  new SDJwtVcInstance({
    signAlg: 'ES256',
    signer: signWith(parties.issuerSigner),
    verifier: verifyWith(parties.issuerKey),
    kbSignAlg: 'ES256',
    kbSigner: signWith(parties.holderSigner),
    kbVerifier: (data, signature, { cnf }) =>
      verifyWith(parseConfirmation(cnf).jwk)(data, signature),
    hashAlg: 'sha-256',
    hasher: (data) => hash('sha256', typeof data === 'string' ? data : Buffer.from(data), 'buffer'),
    saltGenerator: () => Buffer.from(randomBytes(16)).toString('base64url'),
    statusListFetcher: parties.statusList,
    statusVerifier: verifyWith(parties.statusKey),
  });

type Frame = { [step: string]: Frame | (string | number)[] };

/** The library's way to say which paths are selectively disclosable. */
export const disclosureFrameOf = (paths: readonly ClaimPath[]): Frame => {
  const root: Frame = {};
  for (const path of paths) {
    const last = v.parse(v.union([v.string(), v.number()]), path.at(-1));
    const frame = path.slice(0, -1).reduce<Frame>((at, step) => {
      const next = at[String(step)] ?? {};
      if (Array.isArray(next)) throw new Error('a claim is called _sd');
      at[String(step)] = next;
      return next;
    }, root);
    const here = frame['_sd'];
    frame['_sd'] = [...(Array.isArray(here) ? here : []), last];
  }
  return root;
};

type PresentationFrame = { [step: string]: PresentationFrame | true };

/** The library's way to say which paths are shown. */
export const presentationFrameOf = (paths: readonly ClaimPath[]): PresentationFrame => {
  const root: PresentationFrame = {};
  for (const path of paths) {
    path.slice(0, -1).reduce<PresentationFrame>((at, step) => {
      const present = at[String(step)];
      const next = present === undefined || present === true ? {} : present;
      at[String(step)] = next;
      return next;
    }, root)[String(path.at(-1))] ??= true;
  }
  return root;
};
