import { generateP256KeyPair } from '@symbolon/credentials/crypto';
import { createSigningRequest, openSigningRequest } from '@symbolon/trust/certificates';
import { expect, test } from 'vitest';
import * as x509 from '../../../trust/certificates/x509.ts';

const { privateJwk, publicJwk } = await generateP256KeyPair();
const PEM = await createSigningRequest({ commonName: 'Hotel "Lotus", desk #1', privateJwk });
const DER = Buffer.from(PEM.replace(/-----[^-]+-----|\s/g, ''), 'base64');

const toPem = (der: Uint8Array, label = 'CERTIFICATE REQUEST') =>
  `-----BEGIN ${label}-----\n${Buffer.from(der).toString('base64')}\n-----END ${label}-----\n`;
const flip = (at: number) => {
  const der = Buffer.from(DER);
  const index = at < 0 ? der.length + at : at;
  der[index] = (der[index] ?? 0) ^ 1;
  return der;
};

test('what is created opens: the key, and what the requester calls itself', async () => {
  expect(await openSigningRequest(PEM)).toEqual({
    publicJwk,
    commonName: 'Hotel "Lotus", desk #1',
  });
});

test('the private key is not in it', () => {
  expect(DER.toString('hex')).not.toContain(Buffer.from(privateJwk.d, 'base64url').toString('hex'));
});

test('line ends of another system are no difference', async () => {
  await expect(openSigningRequest(PEM.replaceAll('\n', '\r\n'))).resolves.toBeDefined();
});

const otherKeys = await globalThis.crypto.subtle.generateKey(
  { name: 'ECDSA', namedCurve: 'P-384' },
  true,
  ['sign', 'verify'],
);
const P384 = await x509.Pkcs10CertificateRequestGenerator.create({
  name: 'CN=x',
  keys: otherKeys,
  signingAlgorithm: { name: 'ECDSA', hash: 'SHA-384' },
});

for (const [why, pem, code] of [
  ['nothing', '', 'signing_request_invalid'],
  ['text', 'please', 'signing_request_invalid'],
  ['a certificate', toPem(DER, 'CERTIFICATE'), 'signing_request_invalid'],
  ['a private key', toPem(DER, 'PRIVATE KEY'), 'signing_request_invalid'],
  ['two requests', PEM + PEM, 'signing_request_invalid'],
  ['text around it', `please\n${PEM}`, 'signing_request_invalid'],
  ['base64 that is cut', PEM.replace(/=*\n-----END/, '!\n-----END'), 'signing_request_invalid'],
  ['a proof of possession that was changed', toPem(flip(-1)), 'signing_request_invalid'],
  ['a name that was changed', toPem(flip(DER.indexOf('Hotel'))), 'signing_request_invalid'],
  [
    'the key of somebody else',
    toPem(Buffer.from(DER.toString('hex').replace(/03420004.{8}/, '0342000411111111'), 'hex')),
    'certificate_algorithm_unsupported',
  ],
  ['a P-384 key', P384.toString('pem'), 'certificate_algorithm_unsupported'],
  [
    'bytes after the end',
    toPem(Buffer.concat([DER, Buffer.from([0, 0, 0])])),
    'signing_request_invalid',
  ],
  ['DER of something else', toPem(Buffer.from('3003020105', 'hex')), 'signing_request_invalid'],
  [
    '[attack 111] a hundred thousand characters',
    `-----BEGIN CERTIFICATE REQUEST-----\n${'A'.repeat(100_000)}`,
    'signing_request_invalid',
  ],
] as const) {
  test(`refuses ${why}: ${code}`, async () => {
    await expect(openSigningRequest(pem)).rejects.toMatchObject({ name: 'TrustError', code });
  });
}

test('any one byte changed is refused', async () => {
  for (let at = 0; at < DER.length; at += 1) {
    await expect(openSigningRequest(toPem(flip(at)))).rejects.toMatchObject({ name: 'TrustError' });
  }
});
