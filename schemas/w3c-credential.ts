import * as v from 'valibot';
import { parseWith } from './parse-error.ts';

const uriSchema = v.pipe(v.string(), v.maxLength(4096), v.regex(/^[A-Za-z][A-Za-z0-9+.-]*:\S+$/));
const contextEntrySchema = v.union([uriSchema, v.record(v.string(), v.unknown())]);
const typeSchema = v.pipe(
  v.array(v.pipe(v.string(), v.minLength(1), v.maxLength(2048))),
  v.minLength(1),
  v.maxLength(32),
  v.includes('VerifiableCredential'),
);
const issuerSchema = v.union([uriSchema, v.object({ id: uriSchema })]);
const subjectSchema = v.pipe(
  v.record(v.string(), v.unknown()),
  v.check((subject) => Object.keys(subject).length > 0, 'empty'),
);
/** Its form is judged with the clock. */
const dateTimeSchema = v.pipe(v.string(), v.maxLength(64));

const contextsSchema = (
  first: string,
): v.GenericSchema<v.InferOutput<typeof contextEntrySchema>[]> =>
  v.pipe(
    v.array(contextEntrySchema),
    v.maxLength(32),
    v.check(([context]) => context === first, 'first_context'),
  );

const w3cCredentialSchema = v.object({
  '@context': contextsSchema('https://www.w3.org/ns/credentials/v2'),
  id: v.optional(uriSchema),
  type: typeSchema,
  issuer: issuerSchema,
  validFrom: v.optional(dateTimeSchema),
  validUntil: v.optional(dateTimeSchema),
  credentialSubject: v.union([subjectSchema, v.pipe(v.array(subjectSchema), v.minLength(1))]),
  iss: v.optional(uriSchema),
  /** These wrapped a credential in data model 1.1; now the payload is the credential. */
  vc: v.optional(v.never()),
  vp: v.optional(v.never()),
});

/** A credential of data model 2.0, as far as we judge it; other properties are ignored. */
export type W3cCredential = Readonly<v.InferOutput<typeof w3cCredentialSchema>>;

/**
 * Parses a credential of data model 2.0 secured as SD-JWT: the payload is the credential itself.
 *
 * @see W3C Verifiable Credentials Data Model 2.0 section 4, VC-JOSE-COSE section 3.2
 */
export function parseW3cCredential(input: unknown): W3cCredential {
  return parseWith('verifiable credential', w3cCredentialSchema, input);
}

const w3cCredential11Schema = v.object({
  '@context': contextsSchema('https://www.w3.org/2018/credentials/v1'),
  id: v.optional(uriSchema),
  type: typeSchema,
  issuer: v.optional(issuerSchema),
  issuanceDate: v.optional(dateTimeSchema),
  expirationDate: v.optional(dateTimeSchema),
  credentialSubject: subjectSchema,
});

const jwtVcSchema = v.object({
  iss: uriSchema,
  sub: v.optional(uriSchema),
  jti: v.optional(uriSchema),
  vc: w3cCredential11Schema,
});

/** The payload of a JWT credential of data model 1.1. */
export type JwtVcPayload = Readonly<v.InferOutput<typeof jwtVcSchema>>;

/**
 * Parses the payload of a credential of data model 1.1 secured as a JWT.
 *
 * @see W3C Verifiable Credentials Data Model 1.1 section 6.3.1
 */
export function parseJwtVcPayload(input: unknown): JwtVcPayload {
  return parseWith('JWT credential', jwtVcSchema, input);
}
