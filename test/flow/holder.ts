import { createHash, generateKeyPairSync, type KeyObject, randomUUID, sign } from 'node:crypto';

/** Wire code of a holder, on nothing but Node: what the issuer is tested with shares none of its code. */
export type HolderKey = {
  readonly privateKey: KeyObject;
  readonly jwk: { kty: string; crv: string; x: string; y: string };
};

export const seconds = (): number => Math.floor(Date.now() / 1000);

const encode = (value: unknown): string =>
  Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url');

export function createHolderKey(): HolderKey {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const { kty = '', crv = '', x = '', y = '' } = publicKey.export({ format: 'jwk' });
  return { privateKey, jwk: { kty, crv, x, y } };
}

/** A compact JWS by ES256 over any header and payload, texts included as they are. */
export function signJws(key: HolderKey, header: unknown, payload: unknown): string {
  const signed = `${encode(header)}.${encode(payload)}`;
  const signature = sign('sha256', Buffer.from(signed), {
    key: key.privateKey,
    dsaEncoding: 'ieee-p1363',
  });
  return `${signed}.${signature.toString('base64url')}`;
}

export type ProofChanges = {
  readonly header?: Record<string, unknown>;
  readonly payload?: Record<string, unknown>;
};

/** A key proof; a member set to `undefined` in the changes is left out. */
export function createProof(
  key: HolderKey,
  audience: string,
  nonce: string,
  { header = {}, payload = {} }: ProofChanges = {},
): string {
  return signJws(
    key,
    { typ: 'openid4vci-proof+jwt', alg: 'ES256', jwk: key.jwk, ...header },
    { aud: audience, iat: seconds(), nonce, ...payload },
  );
}

/** A DPoP proof; a member set to `undefined` in the changes is left out. */
export function createDpop(
  key: HolderKey,
  url: string,
  accessToken: string | undefined,
  { header = {}, payload = {} }: ProofChanges = {},
): string {
  const ath =
    accessToken === undefined
      ? {}
      : { ath: createHash('sha256').update(accessToken).digest('base64url') };
  return signJws(
    key,
    { typ: 'dpop+jwt', alg: 'ES256', jwk: key.jwk, ...header },
    { jti: randomUUID(), htm: 'POST', htu: url, iat: seconds(), ...ath, ...payload },
  );
}

/** An answer with its body as JSON, or `undefined` when it is none. */
export type Answer = {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly json: Record<string, unknown>;
};

export async function send(url: string, init: RequestInit = {}): Promise<Answer> {
  const response = await fetch(url, { redirect: 'error', ...init });
  const text = await response.text();
  let json: Record<string, unknown> = {};
  try {
    json = { ...Object(JSON.parse(text)) };
  } catch {
    // Not JSON: `text` has it.
  }
  return { status: response.status, headers: response.headers, text, json };
}

export const GRANT = 'urn:ietf:params:oauth:grant-type:pre-authorized_code';

export function requestToken(
  baseUrl: string,
  parameters: Record<string, string>,
  headers: Record<string, string> = {},
): Promise<Answer> {
  return send(`${baseUrl}/token`, {
    method: 'POST',
    body: new URLSearchParams({ grant_type: GRANT, ...parameters }),
    headers,
  });
}

export async function requestNonce(baseUrl: string): Promise<string> {
  const { json } = await send(`${baseUrl}/nonce`, { method: 'POST' });
  return String(json['c_nonce']);
}

export function requestCredential(
  baseUrl: string,
  accessToken: string,
  body: unknown,
  headers: Record<string, string> = {},
): Promise<Answer> {
  return send(`${baseUrl}/credential`, {
    method: 'POST',
    headers: {
      'Content-Type': 'application/json',
      Authorization: `Bearer ${accessToken}`,
      ...headers,
    },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
}

/** Header and payload of a compact JWS, unverified. */
export function readJws(compact: string): {
  header: Record<string, unknown>;
  payload: Record<string, unknown>;
} {
  const [header = '', payload = ''] = compact.split('.');
  const read = (part: string): Record<string, unknown> => ({
    ...Object(JSON.parse(Buffer.from(part, 'base64url').toString('utf8'))),
  });
  return { header: read(header), payload: read(payload) };
}
