import type { Signer } from '@symbolon/credentials/crypto';
import { signCompactJws } from '@symbolon/credentials/jose';
import type { EpochSeconds, JsonObject, P256PublicJwk } from '@symbolon/schemas';
import {
  type DcqlQuery,
  QR_RESPONSE_MODE,
  REGISTRATION_CERTIFICATE_FORMAT,
  REQUEST_OBJECT_AUDIENCE,
  REQUEST_OBJECT_TYPE,
} from '@symbolon/schemas/openid4vp';
import { certificateFingerprint } from '@symbolon/trust';
import { jsonObjectOf } from '../json-object.ts';
import { REQUEST_LIFETIME_SECONDS } from '../limits.ts';
import { exchangeIdOf, stateOf } from './exchange-id.ts';

/** What a counter asks, as whom, and with which one-time key. */
export type RequestObjectOptions = {
  readonly query: DcqlQuery;
  /** Standard base64 DER, leaf first, without the anchor. */
  readonly accessCertificates: readonly string[];
  /** `rc-wrp+jwt`, as the registrar signed it. */
  readonly registrationCertificate: string;
  /** Public half of a key made for this request alone. */
  readonly responseKey: P256PublicJwk;
  /** base64url of 16 fresh random bytes. */
  readonly nonce: string;
  readonly now: EpochSeconds;
  /** ES256, with the private key of the access certificate's leaf. */
  readonly signer: Signer;
};

/** A signed request, and what the verifier needs of it to read the answer. */
export type CreatedRequest = {
  readonly compact: string;
  /** `x509_hash:` and the certificate's SHA-256: the audience of the answer. */
  readonly clientId: string;
  /** Identifies the exchange in frames: 4 bytes. */
  readonly sid: Uint8Array<ArrayBuffer>;
};

const SD_JWT_ALGORITHMS = { 'sd-jwt_alg_values': ['ES256'], 'kb-jwt_alg_values': ['ES256'] };

/**
 * Creates a signed request object of the offline QR profile; it lives for five minutes.
 *
 * @throws RangeError for a nonce under 128 bits, or no certificate.
 * @see [OpenID4VP 1.0 section 5](https://openid.net/specs/openid-4-verifiable-presentations-1_0.html#section-5)
 */
export async function createRequestObject(options: RequestObjectOptions): Promise<CreatedRequest> {
  const { nonce, now, signer, accessCertificates } = options;
  const sid = exchangeIdOf(nonce);
  const [leaf] = accessCertificates;
  if (sid === undefined) throw new RangeError('a nonce is base64url of at least 16 bytes');
  if (leaf === undefined) throw new RangeError('a request is signed under a certificate');
  const clientId = `x509_hash:${await certificateFingerprint(leaf)}`;
  const compact = await signCompactJws({
    header: { alg: signer.alg, typ: REQUEST_OBJECT_TYPE, x5c: [...accessCertificates] },
    payload: {
      response_type: 'vp_token',
      response_mode: QR_RESPONSE_MODE,
      client_id: clientId,
      aud: REQUEST_OBJECT_AUDIENCE,
      nonce,
      state: stateOf(sid),
      iat: now,
      exp: now + REQUEST_LIFETIME_SECONDS,
      dcql_query: jsonObjectOf(options.query),
      client_metadata: clientMetadata(options),
      verifier_info: [
        { format: REGISTRATION_CERTIFICATE_FORMAT, data: options.registrationCertificate },
      ],
    },
    signer,
  });
  return { compact, clientId, sid };
}

function clientMetadata({ responseKey, query }: RequestObjectOptions): JsonObject {
  const { kty, crv, x, y } = responseKey;
  const formats = new Set(query.credentials.map(({ format }) => format));
  return {
    jwks: { keys: [{ kty, crv, use: 'enc', kid: '1', x, y }] },
    vp_formats_supported: Object.fromEntries(
      [...formats].map((format) => [format, SD_JWT_ALGORITHMS]),
    ),
  };
}
