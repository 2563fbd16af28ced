import type { P256PrivateJwk } from '@symbolon/credentials/crypto';
import type { P256PublicJwk } from '@symbolon/schemas';
import { decodeBase64 } from '../base64.ts';
import { TrustError } from '../error.ts';
import { SUBJECT_ATTRIBUTE } from './certificate-subject.ts';
import { checkDer } from './der.ts';
import { checkSignatureForm } from './ecdsa-signature.ts';
import { p256KeyOf } from './parse-certificate.ts';
import {
  ES256,
  Name,
  Pkcs10CertificateRequest,
  Pkcs10CertificateRequestGenerator,
} from './x509.ts';

/** What a signing request is made of. */
export type SigningRequestOptions = {
  /** What the requester calls itself, for the person who reads the request. */
  readonly commonName: string;
  readonly privateJwk: P256PrivateJwk;
};

/** A signing request whose proof of possession was checked. */
export type OpenedSigningRequest = {
  /** What the requester calls itself; the authority decides what the certificate will say. */
  readonly commonName: string | undefined;
  readonly publicJwk: P256PublicJwk;
};

const MAX_PEM_LENGTH = 8192;
const PEM =
  /^\s*-----BEGIN CERTIFICATE REQUEST-----\r?\n([A-Za-z0-9+/=\r\n]+)-----END CERTIFICATE REQUEST-----\s*$/;
const BASE64 = /^(?:[A-Za-z0-9+/]{4})+(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/** Makes a certificate signing request (PKCS #10, RFC 2986) as PEM, signed with its own key. */
export async function createSigningRequest({
  commonName,
  privateJwk,
}: SigningRequestOptions): Promise<string> {
  const { subtle } = globalThis.crypto;
  const { kty, crv, x, y, d } = privateJwk;
  const request = await Pkcs10CertificateRequestGenerator.create({
    name: new Name([{ [SUBJECT_ATTRIBUTE.commonName]: [{ utf8String: commonName }] }]),
    signingAlgorithm: ES256,
    keys: {
      privateKey: await subtle.importKey('jwk', { kty, crv, x, y, d }, ES256, false, ['sign']),
      publicKey: await subtle.importKey('jwk', { kty, crv, x, y }, ES256, true, ['verify']),
    },
  });
  return `${request.toString('pem')}\n`;
}

/**
 * Opens a certificate signing request: its signature shows that the requester holds the private key.
 * Whatever else it asks for (names, extensions) is not taken over.
 *
 * @throws {@link TrustError} `signing_request_invalid`; `certificate_algorithm_unsupported` for another
 *   key than P-256 and another signature than ECDSA with SHA-256.
 * @see [RFC 2986](https://www.rfc-editor.org/rfc/rfc2986)
 */
export async function openSigningRequest(pem: string): Promise<OpenedSigningRequest> {
  const [, body = ''] = pem.length > MAX_PEM_LENGTH ? [] : (PEM.exec(pem) ?? []);
  const text = body.replace(/[\r\n]+/g, '');
  if (!BASE64.test(text)) throw invalid('expected one PEM block CERTIFICATE REQUEST');
  const der = decodeBase64(text);
  checkForm(der);
  const { request, publicKeyInfo, commonName } = parseRequest(der);
  const publicJwk = p256KeyOf(publicKeyInfo);
  if (!(await isSignedByItsKey(request))) {
    throw invalid('its signature is not of the key that it carries');
  }
  return { commonName, publicJwk };
}

function checkForm(der: Uint8Array<ArrayBuffer>): void {
  try {
    checkDer(der);
    checkSignatureForm(der);
  } catch (cause) {
    if (!(cause instanceof TrustError) || cause.code !== 'certificate_malformed') throw cause;
    throw invalid('it is not DER, or is not signed', cause);
  }
}

type ParsedRequest = {
  readonly request: Pkcs10CertificateRequest;
  readonly publicKeyInfo: Uint8Array;
  readonly commonName: string | undefined;
};

/** The library reads lazily, so everything is asked for where it may fail. */
function parseRequest(der: Uint8Array<ArrayBuffer>): ParsedRequest {
  try {
    const request = new Pkcs10CertificateRequest(der);
    const publicKeyInfo = new Uint8Array(request.publicKey.rawData);
    const [commonName] = request.subjectName.getField(SUBJECT_ATTRIBUTE.commonName);
    return { request, publicKeyInfo, commonName };
  } catch (cause) {
    throw invalid('it cannot be read', cause);
  }
}

async function isSignedByItsKey(request: Pkcs10CertificateRequest): Promise<boolean> {
  try {
    return await request.verify();
  } catch {
    return false;
  }
}

function invalid(finding: string, cause?: unknown): TrustError {
  const message = `the certificate signing request: ${finding}`;
  return new TrustError('signing_request_invalid', message, { cause });
}
