import * as v from 'valibot';
import { parseWith } from './parse-error.ts';

const didUrlSchema = v.pipe(v.string(), v.maxLength(4096), v.startsWith('did:'));
const memberSchema = v.exactOptional(v.pipe(v.string(), v.maxLength(512)));

/** Whether it is a key of a kind that we accept is judged when it is used. */
const didPublicKeySchema = v.object({
  kty: v.pipe(v.string(), v.maxLength(16)),
  crv: memberSchema,
  x: memberSchema,
  y: memberSchema,
  d: v.exactOptional(v.never()),
});

const verificationMethodSchema = v.object({
  id: v.pipe(v.string(), v.minLength(1), v.maxLength(4096)),
  type: v.pipe(v.string(), v.maxLength(100)),
  controller: didUrlSchema,
  publicKeyJwk: v.exactOptional(didPublicKeySchema),
});

const relationshipSchema = v.exactOptional(
  v.pipe(
    v.array(v.union([v.pipe(v.string(), v.maxLength(4096)), verificationMethodSchema])),
    v.maxLength(64),
  ),
);

const didDocumentSchema = v.object({
  id: didUrlSchema,
  verificationMethod: v.exactOptional(v.pipe(v.array(verificationMethodSchema), v.maxLength(64))),
  assertionMethod: relationshipSchema,
  authentication: relationshipSchema,
});

/** The part of a DID document that leads to keys; the rest is dropped. */
export type DidKeyDocument = v.InferOutput<typeof didDocumentSchema>;

/** Parses a DID document (W3C DID 1.1 section 6), as far as we use it. */
export function parseDidDocument(input: unknown): DidKeyDocument {
  return parseWith('DID document', didDocumentSchema, input);
}
