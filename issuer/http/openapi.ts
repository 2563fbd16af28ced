import type { JsonObject } from '@symbolon/schemas';

const text = { type: 'string' } as const;

const error: JsonObject = {
  description: 'Refused; `error` is a code of the protocol, `error_description` is for developers',
  content: {
    'application/json': {
      schema: {
        type: 'object',
        required: ['error'],
        properties: { error: text, error_description: text },
      },
    },
  },
};

const ERRORS: JsonObject = {
  '400': error,
  '405': error,
  '413': error,
  '429': error,
};

function answer(
  description: string,
  mediaTypes: readonly string[],
  schema?: JsonObject,
): JsonObject {
  const content = Object.fromEntries(
    mediaTypes.map((type) => [type, { schema: schema ?? { type: 'string' } }]),
  );
  return { description, content };
}

function read(summary: string, mediaTypes: readonly string[], segment?: string): JsonObject {
  const parameters =
    segment === undefined
      ? {}
      : {
          parameters: [
            { name: 'name', in: 'path', required: true, description: segment, schema: text },
          ],
        };
  return {
    get: {
      summary,
      ...parameters,
      responses: { '200': answer(summary, mediaTypes), '404': error, '406': error, ...ERRORS },
    },
  };
}

const JSON_ONLY = ['application/json'];

const tokenPath: JsonObject = {
  post: {
    summary: 'Redeems a pre-authorized code (OpenID4VCI 1.0 section 6)',
    parameters: [
      {
        name: 'DPoP',
        in: 'header',
        required: false,
        description: 'Binds the token to a key (RFC 9449)',
        schema: text,
      },
    ],
    requestBody: {
      required: true,
      content: {
        'application/x-www-form-urlencoded': {
          schema: {
            type: 'object',
            required: ['grant_type', 'pre-authorized_code'],
            properties: {
              grant_type: { const: 'urn:ietf:params:oauth:grant-type:pre-authorized_code' },
              'pre-authorized_code': text,
              tx_code: text,
              client_id: text,
            },
          },
        },
      },
    },
    responses: {
      '200': answer('An access token', JSON_ONLY, {
        type: 'object',
        required: ['access_token', 'token_type', 'expires_in'],
        properties: {
          access_token: text,
          token_type: { enum: ['Bearer', 'DPoP'] },
          expires_in: { type: 'integer' },
        },
      }),
      ...ERRORS,
    },
  },
};

const noncePath: JsonObject = {
  post: {
    summary: 'A fresh c_nonce (OpenID4VCI 1.0 section 7)',
    responses: {
      '200': answer('A nonce', JSON_ONLY, {
        type: 'object',
        required: ['c_nonce'],
        properties: { c_nonce: text },
      }),
      ...ERRORS,
    },
  },
};

const credentialPath: JsonObject = {
  post: {
    summary: 'Issues one credential for each key that is proven (OpenID4VCI 1.0 section 8)',
    security: [{ bearer: [] }, { dpop: [] }],
    requestBody: {
      required: true,
      content: {
        'application/json': {
          schema: {
            type: 'object',
            required: ['credential_configuration_id', 'proofs'],
            properties: {
              credential_configuration_id: text,
              proofs: {
                type: 'object',
                required: ['jwt'],
                properties: { jwt: { type: 'array', minItems: 1, items: text } },
              },
            },
          },
        },
      },
    },
    responses: {
      '200': answer('The credentials', JSON_ONLY, {
        type: 'object',
        required: ['credentials'],
        properties: {
          credentials: {
            type: 'array',
            items: {
              type: 'object',
              required: ['credential'],
              properties: { credential: text },
            },
          },
        },
      }),
      '401': error,
      ...ERRORS,
    },
  },
};

/** The HTTP surface as an OpenAPI 3.1 document; a test holds it to the route table. */
export function createOpenApi(baseUrl: string): JsonObject {
  return {
    openapi: '3.1.0',
    info: {
      title: 'Symbolon issuer',
      version: '1',
      description: 'Issues identity cards by OpenID4VCI 1.0, pre-authorized code flow.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: baseUrl }],
    paths: {
      '/token': tokenPath,
      '/nonce': noncePath,
      '/credential': credentialPath,
      '/.well-known/openid-credential-issuer': read('Credential issuer metadata', [
        'application/json',
        'application/jwt',
      ]),
      '/.well-known/oauth-authorization-server': read('Authorization server metadata', JSON_ONLY),
      '/.well-known/did.json': read('DID document of the issuer', JSON_ONLY),
      '/.well-known/jwt-vc-issuer': read('Keys of the issuer for SD-JWT VC', JSON_ONLY),
      '/offers/{name}': read('A credential offer by reference', JSON_ONLY, 'Its reference'),
      '/status/{name}': read('A status list token', ['application/statuslist+jwt'], 'Its list'),
      '/status-lists': read('The locations of all status lists', JSON_ONLY),
      '/trust-bundle': read('The trust bundle', ['application/jwt']),
      '/healthz': read('Whether the process answers', JSON_ONLY),
      '/readyz': read('Whether the store takes a write', JSON_ONLY),
      '/metrics': read('Metrics for Prometheus', ['text/plain']),
      '/openapi.json': read('This document', JSON_ONLY),
    },
    components: {
      securitySchemes: {
        bearer: { type: 'http', scheme: 'bearer' },
        dpop: { type: 'http', scheme: 'DPoP' },
      },
    },
  };
}
