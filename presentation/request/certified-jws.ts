import { CredentialError } from '@symbolon/credentials';
import { decodeCompactJws, type UnverifiedJws, verifyCompactJws } from '@symbolon/credentials/jose';
import { type EpochSeconds, type JsonObject, ParseError } from '@symbolon/schemas';
import { type CertifiedHeader, parseCertifiedHeader } from '@symbolon/schemas/openid4vp';
import { type TrustBundle, TrustError } from '@symbolon/trust';
import type { VerifiedCertificate } from '@symbolon/trust/certificates';
import { PresentationError, type RequestErrorCode } from '../error.ts';

/** What an object signed under a certificate is expected to be, and how to call its faults. */
export type CertifiedExpectations = {
  /** For messages: 'request object'. */
  readonly what: string;
  readonly typ: string;
  readonly maxBytes: number;
  readonly purpose: 'access' | 'registrar';
  readonly bundle: TrustBundle;
  readonly now: EpochSeconds;
  readonly codes: Record<'malformed' | 'type' | 'algorithm' | 'signature', RequestErrorCode>;
};

/** A payload, and the verified certificate that it is signed under. */
export type CertifiedPayload = {
  readonly payload: JsonObject;
  readonly certificate: VerifiedCertificate;
};

/**
 * Opens a compact JWS that carries its certificates (`x5c`): type, algorithm, chain to the authorities
 * of the trust bundle, signature. Nothing of the payload is looked at before that.
 *
 * @throws {@link PresentationError} by `codes`; {@link TrustError} `certificate_…` when the chain
 *   does not hold, `bundle_expired` when the bundle is too old to say so.
 */
export async function openCertifiedJws(
  compact: string,
  expectations: CertifiedExpectations,
): Promise<CertifiedPayload> {
  const { what, codes } = expectations;
  const { jws, header } = decode(compact, expectations);
  if (header.typ !== expectations.typ) {
    throw new PresentationError(
      codes.type,
      `expected the ${what} to have 'typ' ${expectations.typ}`,
    );
  }
  if (header.alg !== 'ES256') {
    throw new PresentationError(codes.algorithm, `expected the ${what} to be signed with ES256`);
  }
  const certificate = await verifiedCertificate(header, expectations);
  try {
    await verifyCompactJws({
      jws,
      key: certificate.publicJwk,
      expectedTyp: expectations.typ,
      algorithms: ['ES256'],
    });
  } catch (cause) {
    if (!(cause instanceof CredentialError)) throw cause;
    const message = `the signature of the ${what} does not match its certificate`;
    throw new PresentationError(codes.signature, message, { cause });
  }
  return { payload: jws.payload, certificate };
}

function decode(
  compact: string,
  { what, maxBytes, codes }: CertifiedExpectations,
): { readonly jws: UnverifiedJws; readonly header: CertifiedHeader } {
  try {
    const jws = decodeCompactJws(compact, maxBytes);
    return { jws, header: parseCertifiedHeader(what, jws.header) };
  } catch (cause) {
    if (!(cause instanceof CredentialError || cause instanceof ParseError)) throw cause;
    throw new PresentationError(codes.malformed, `the ${what} is not a JWS with its certificates`, {
      cause,
    });
  }
}

async function verifiedCertificate(
  { x5c }: CertifiedHeader,
  { purpose, bundle, now }: CertifiedExpectations,
): Promise<VerifiedCertificate> {
  const { document } = bundle;
  if (now >= document.expires_at) {
    throw new TrustError(
      'bundle_expired',
      `the trust bundle expired ${now - document.expires_at} s ago`,
      {
        hint: 'import a newer trust bundle',
      },
    );
  }
  // Reading certificates takes a library that costs more than all the rest: only this path loads it.
  const { verifyCertificatePath } = await import('@symbolon/trust/certificates');
  return verifyCertificatePath({
    chain: x5c,
    anchors: document.certificate_authorities[purpose],
    purpose,
    revocations: document.certificate_revocations,
    now,
  });
}
