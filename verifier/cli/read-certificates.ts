import { X509Certificate } from 'node:crypto';
import { join } from 'node:path';
import type { P256PrivateJwk } from '@symbolon/credentials/crypto';
import { decodeCompactJws, parseJson } from '@symbolon/credentials/jose';
import { parseRegistration, type Registration } from '@symbolon/schemas/registration-certificate';
import { type DeskDocument, parseAccessKey } from '@symbolon/schemas/verifier-desk';
import { readTextFile } from '@symbolon/terminal';
import { decodeCertificatesPem } from '@symbolon/trust';
import { VerifierError } from '../error.ts';

const MAX_BYTES = 65_536;

/** What an authority has sent back for a desk. */
export type DeskCertificates = {
  readonly registered: NonNullable<DeskDocument['registered']>;
  /** What the desk is registered for; the wallets check who has signed it. */
  readonly registration: Registration;
  /**
   * Checks that the access certificate is for this key.
   *
   * @throws {@link VerifierError} `certificate_of_other_key`.
   */
  readonly checkKey: (key: P256PrivateJwk) => void;
};

/**
 * Reads `access-certificate.pem` and `registration-certificate.jwt`.
 *
 * @throws TerminalError for a missing file; TrustError, CredentialError or ParseError for one that
 *   is not what its name says.
 */
export async function readCertificates(folder: string): Promise<DeskCertificates> {
  const limits = { maxBytes: MAX_BYTES };
  const pem = await readTextFile(join(folder, 'access-certificate.pem'), limits);
  const text = await readTextFile(join(folder, 'registration-certificate.jwt'), limits);
  const accessCertificates = decodeCertificatesPem(pem);
  const registration = text.trim();
  return {
    registered: {
      access_certificates: accessCertificates,
      registration_certificate: registration,
    },
    registration: parseRegistration(decodeCompactJws(registration, MAX_BYTES).payload),
    checkKey: (key) => checkKey(accessCertificates[0] ?? '', key),
  };
}

/**
 * Reads `access-key.jwk`, which an authority writes when it has made the key, as in a demo.
 *
 * @throws TerminalError when there is none: then the key is made by `verifier init --csr`.
 */
export async function readAccessKey(folder: string): Promise<P256PrivateJwk> {
  const text = await readTextFile(join(folder, 'access-key.jwk'), { maxBytes: MAX_BYTES });
  return parseAccessKey(parseJson(text, { maxBytes: MAX_BYTES, maxDepth: 4 }));
}

function checkKey(certificate: string, { x, y }: P256PrivateJwk): void {
  const held = publicKeyOf(certificate);
  if (held?.x === x && held.y === y) return;
  throw new VerifierError(
    'certificate_of_other_key',
    "the access certificate is not for this desk's key",
    { hint: "send the authority the signing request of this desk: 'verifier init --csr FILE'" },
  );
}

function publicKeyOf(
  certificate: string,
): { readonly x?: string | undefined; readonly y?: string | undefined } | undefined {
  try {
    return new X509Certificate(Buffer.from(certificate, 'base64')).publicKey.export({
      format: 'jwk',
    });
  } catch {
    return undefined;
  }
}
