import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { verifySdJwt } from '@symbolon/credentials';
import { parsePublicJwk } from '@symbolon/schemas';
import * as v from 'valibot';
import { describe, expect, test } from 'vitest';
import { checkValidityPeriod } from '../../../credentials/check-validity-period.ts';
import { holderKeyOf } from '../../../credentials/holder-key-of.ts';
import {
  ALL_ALGORITHMS,
  verifyJwsSignature,
} from '../../../credentials/jose/verify-compact-jws.ts';
import { hashAlgorithmOf } from '../../../credentials/sd-jwt/hash-algorithm.ts';
import { processPayload } from '../../../credentials/sd-jwt/process-payload.ts';
import { splitSdJwt } from '../../../credentials/sd-jwt/split-sd-jwt.ts';
import { verifyKeyBindingJwt } from '../../../credentials/sd-jwt/verify-key-binding-jwt.ts';

const FILE = new URL('../../vectors/sdjwt.json', import.meta.url);
const text = readFileSync(FILE, 'utf8');

const nullableText = v.nullable(v.string());
const vectors = v.parse(
  v.array(
    v.strictObject({
      id: v.string(),
      serialization: v.picklist(['compact', 'json']),
      issuance: v.string(),
      presentation: v.string(),
      issuer_jwks: v.array(v.record(v.string(), v.string())),
      holder_jwk: v.nullable(v.record(v.string(), v.string())),
      nonce: nullableText,
      aud: nullableText,
      expect: v.literal('accept'),
      verified_payload: v.record(v.string(), v.unknown()),
      issued_payload: v.nullable(v.record(v.string(), v.unknown())),
      time: v.number(),
    }),
  ),
  JSON.parse(text),
);
type Vector = (typeof vectors)[number];

const unprotectedSchema = v.object({
  disclosures: v.array(v.string()),
  kb_jwt: v.optional(v.string()),
  kid: v.optional(v.string()),
});
const signatureSchema = v.object({
  protected: v.string(),
  signature: v.string(),
  header: unprotectedSchema,
});
const jsonSchema = v.union([
  v.object({ payload: v.string(), signatures: v.tuple([signatureSchema]) }),
  v.object({ payload: v.string(), ...signatureSchema.entries }),
]);

/**
 * RFC 9901 section 8: the compact form of a JWS JSON serialized SD-JWT, of its first signature, in
 * whose header the disclosures are; and the issuer's key of that signature.
 */
const compactOf = (serialized: string, { serialization, issuer_jwks }: Vector) => {
  const [onlyKey] = issuer_jwks;
  if (serialization === 'compact') return { compact: serialized, key: parsePublicJwk(onlyKey) };
  const parsed = v.parse(jsonSchema, JSON.parse(serialized));
  const signed = 'signatures' in parsed ? parsed.signatures[0] : parsed;
  const { disclosures, kb_jwt = '', kid } = signed.header;
  const jwt = `${signed.protected}.${parsed.payload}.${signed.signature}`;
  const named = issuer_jwks.find((jwk) => kid !== undefined && jwk['kid'] === kid);
  return {
    compact: `${[jwt, ...disclosures].join('~')}~${kb_jwt}`,
    key: parsePublicJwk(named ?? onlyKey),
  };
};

/** The core, whatever the type. */
const verify = async (serialized: string, vector: Vector) => {
  const { compact, key } = compactOf(serialized, vector);
  const parts = splitSdJwt(compact);
  await verifyJwsSignature({ jws: parts.jws, key, algorithms: ALL_ALGORITHMS });
  const processed = await processPayload(parts.jws.payload, parts.disclosures);
  checkValidityPeriod(processed.payload, vector.time);
  return { parts, ...processed };
};

let run = 0;

test('the vectors are the published ones', () => {
  const sha256 = createHash('sha256').update(text).digest('hex');
  expect(sha256).toBe('3e65ff7374551ba6994cc3184eedf4f09e574c154cedd7d9a56681cd42748757');
});

describe('vectors of sdjwt.json', () => {
  test.each(vectors)('$id ($serialization)', async (vector) => {
    const issued = await verify(vector.issuance, vector);
    if (vector.issued_payload !== null) expect(issued.payload).toEqual(vector.issued_payload);

    const { parts, payload } = await verify(vector.presentation, vector);
    expect(payload).toEqual(vector.verified_payload);

    const { nonce, aud, time, holder_jwk } = vector;
    expect(parts.keyBindingJwt === undefined).toBe(holder_jwk === null);
    if (nonce !== null && aud !== null) {
      const holderKey = holderKeyOf(parts.jws.payload);
      expect(holderKey).toEqual(parsePublicJwk(holder_jwk));
      const bound = { ...parts, holderKey, hashAlgorithm: hashAlgorithmOf(parts.jws.payload) };
      await verifyKeyBindingJwt(bound, {
        expectedNonce: nonce,
        expectedAudience: aud,
        freshness: { kind: 'iat_window', now: time, maxAgeSeconds: 0 },
      });
    }
    run += 1;
  });

  test('all 50 were run', () => {
    expect(run).toBe(50);
  });
});

describe('vectors of SD-JWT VC, as our verifier judges them', () => {
  const ofType = vectors.filter(
    (vector) => splitSdJwt(compactOf(vector.presentation, vector).compact).jws.typ === 'dc+sd-jwt',
  );

  test('there are 4 of them', () => {
    expect(ofType).toHaveLength(4);
  });

  test.each(ofType)('$id', async (vector) => {
    const { nonce, aud, time, presentation, verified_payload } = vector;
    const { compact, key } = compactOf(presentation, vector);
    const verified = await verifySdJwt(compact, {
      expectedFormat: 'dc+sd-jwt',
      issuerKey: key,
      now: time,
      keyBinding:
        nonce === null || aud === null
          ? 'refused'
          : { expectedNonce: nonce, expectedAudience: aud, freshness: { kind: 'nonce_only' } },
    });
    expect(verified.claims).toEqual(verified_payload);
    expect(verified.typeNames).toEqual([verified_payload['vct']]);
  });
});
