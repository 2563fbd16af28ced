import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { decodeCompactJws } from '@symbolon/credentials/jose';
import { CREDENTIAL_CONFIGURATIONS, type P256PublicJwk, parsePublicJwk } from '@symbolon/schemas';
import { PRE_AUTHORIZED_CODE_GRANT, parseCredentialRequest } from '@symbolon/schemas/openid4vci';
import { type Authority, createAuthority } from './authority.ts';

/** A request as the fake issuer saw it. */
export type Seen = {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
};

/** How the fake issuer answers a path, in place of what it should. */
export type Misbehaviour = (response: ServerResponse, seen: Seen) => Promise<void> | void;

/** Makes the credentials of one request, in place of the right ones. */
export type Minting = (
  authority: Authority,
  keys: readonly P256PublicJwk[],
  configurationId: string,
) => Promise<readonly string[]>;

/** The transaction code that the fake issuer wants. */
export const TX_CODE = '493536';

/**
 * An issuer on the loopback interface that does everything right until a test tells it otherwise.
 * It verifies nothing: what is tested here is the wallet.
 */
export async function startFakeIssuer() {
  const seen: Seen[] = [];
  const misbehave = new Map<string, Misbehaviour>();
  const settings: { minting: Minting; dpop: boolean; batchSize: number } = {
    minting: mintRightly,
    dpop: false,
    batchSize: 3,
  };
  const server = createServer((request, response) => {
    readBody(request)
      .then(async (body) => {
        const { method = '', url: path = '', headers } = request;
        const each = { method, path, headers, body };
        seen.push(each);
        const instead = misbehave.get(path);
        if (instead === undefined) await answer(each, response);
        else await instead(response, each);
      })
      .catch((error: unknown) => {
        console.error(error);
        response.destroy();
      });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new TypeError('no port');
  const origin = `http://127.0.0.1:${address.port}`;
  const authority = await createAuthority(origin);

  async function answer({ path, body }: Seen, response: ServerResponse): Promise<void> {
    switch (path) {
      case '/.well-known/openid-credential-issuer':
        return sendJson(response, issuerMetadata(origin, settings.batchSize));
      case '/.well-known/oauth-authorization-server':
        return sendJson(response, serverMetadata(origin, settings.dpop));
      case '/offers/1':
        return sendJson(response, offerOf(origin));
      case '/token': {
        const form = new URLSearchParams(body);
        if (form.get('pre-authorized_code') !== 'the-code' || form.get('tx_code') !== TX_CODE) {
          return sendJson(response, { error: 'invalid_grant' }, 400);
        }
        const type = settings.dpop ? 'DPoP' : 'Bearer';
        return sendJson(response, { access_token: 'the-token', token_type: type, expires_in: 60 });
      }
      case '/nonce':
        return sendJson(response, { c_nonce: 'the-nonce' });
      case '/credential': {
        const { credential_configuration_id: id = '', proofs } = parseCredentialRequest(
          JSON.parse(body),
        );
        const keys = (proofs?.jwt ?? []).map(keyOfProof);
        const credentials = await settings.minting(authority, keys, id);
        return sendJson(response, {
          credentials: credentials.map((credential) => ({ credential })),
        });
      }
      case '/trust-bundle':
        response.writeHead(200, { 'content-type': 'application/jwt' });
        response.end(await authority.bundle(2));
        return;
      default:
        return sendJson(response, {}, 404);
    }
  }

  return {
    origin,
    authority,
    seen,
    misbehave,
    settings,
    offer: (changes: object = {}) =>
      `openid-credential-offer://?credential_offer=${encodeURIComponent(JSON.stringify({ ...offerOf(origin), ...changes }))}`,
    reset: () => {
      seen.length = 0;
      misbehave.clear();
      settings.minting = mintRightly;
      settings.dpop = false;
      settings.batchSize = 3;
    },
    stop: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

/** What an issuer should make: one credential for each key. */
export const mintRightly: Minting = (authority, keys, configurationId) => {
  const format = CREDENTIAL_CONFIGURATIONS.get(configurationId)?.format;
  if (format !== 'dc+sd-jwt' && format !== 'vc+sd-jwt') throw new TypeError('not an SD-JWT');
  return Promise.all(keys.map((holderKey) => authority.mint({ format, holderKey })));
};

/** Sends JSON as it should be sent. */
export function sendJson(response: ServerResponse, body: unknown, status = 200): void {
  response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' });
  response.end(JSON.stringify(body));
}

/** The metadata that the fake issuer should publish. */
export function issuerMetadata(origin: string, batchSize = 3) {
  return {
    credential_issuer: origin,
    credential_endpoint: `${origin}/credential`,
    nonce_endpoint: `${origin}/nonce`,
    batch_credential_issuance: { batch_size: batchSize },
    credential_configurations_supported: Object.fromEntries(
      [...CREDENTIAL_CONFIGURATIONS.values()].map(({ id, format, type }) => [
        id,
        {
          format,
          ...(format === 'dc+sd-jwt'
            ? { vct: type.vct }
            : { credential_definition: { type: type.w3cTypes } }),
          proof_types_supported: { jwt: { proof_signing_alg_values_supported: ['ES256'] } },
        },
      ]),
    ),
  };
}

/** The authorization server metadata that the fake issuer should publish. */
export function serverMetadata(origin: string, dpop = false) {
  return {
    issuer: origin,
    token_endpoint: `${origin}/token`,
    grant_types_supported: [PRE_AUTHORIZED_CODE_GRANT],
    ...(dpop ? { dpop_signing_alg_values_supported: ['ES256'] } : {}),
  };
}

function offerOf(origin: string) {
  return {
    credential_issuer: origin,
    credential_configuration_ids: ['identity-card_dc+sd-jwt', 'identity-card_vc+sd-jwt'],
    grants: {
      [PRE_AUTHORIZED_CODE_GRANT]: {
        'pre-authorized_code': 'the-code',
        tx_code: { length: TX_CODE.length },
      },
    },
  };
}

function keyOfProof(proof: string): P256PublicJwk {
  const key = parsePublicJwk(decodeCompactJws(proof, 10_000).header['jwk']);
  if (key.crv !== 'P-256') throw new TypeError('not a P-256 key');
  return key;
}

async function readBody(request: IncomingMessage): Promise<string> {
  let body = '';
  for await (const chunk of request) body += String(chunk);
  return body;
}
