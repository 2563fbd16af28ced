import { createHash } from 'node:crypto';
import {
  certificateFingerprint,
  decodeCertificatesPem,
  encodeCertificatesPem,
} from '@symbolon/trust';
import { expect, test } from 'vitest';
import { CA, LEAF } from './support/authority.ts';

const PEM = encodeCertificatesPem([LEAF, CA]);

test('certificates go to PEM and back, in order', () => {
  expect(decodeCertificatesPem(PEM)).toEqual([LEAF, CA]);
  expect(PEM.split('\n').every((line) => line.length <= 64)).toBe(true);
});

test('RFC 7468 section 2: text between the blocks is ignored', () => {
  const pem = PEM.replaceAll('-----BEGIN', 'subject=CN = Desk 1\n-----BEGIN').replaceAll(
    '\n',
    '\r\n',
  );
  expect(decodeCertificatesPem(pem)).toEqual([LEAF, CA]);
});

for (const [why, pem] of [
  ['nothing', ''],
  ['text', 'no certificate'],
  [
    'a private key beside a certificate',
    `${PEM}-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n`,
  ],
  ['an end that is missing', PEM.replace(/-----END CERTIFICATE-----\n$/, '')],
  ['an empty block', '-----BEGIN CERTIFICATE-----\n\n-----END CERTIFICATE-----\n'],
  ['base64url', PEM.replace(/\n[A-Za-z0-9]/, '\n_')],
  ['base64 that is cut', '-----BEGIN CERTIFICATE-----\nAAAAA\n-----END CERTIFICATE-----\n'],
  [
    '[attack 111] a hundred thousand line ends',
    `-----BEGIN CERTIFICATE-----${'\n'.repeat(60_000)}`,
  ],
  ['too much', 'x'.repeat(100_000) + PEM],
] as const) {
  test(`refuses ${why}`, () => {
    expect(() => decodeCertificatesPem(pem)).toThrow(
      expect.objectContaining({ name: 'TrustError', code: 'certificate_malformed' }),
    );
  });
}

test('the fingerprint is SHA-256 of the DER', async () => {
  const expected = createHash('sha256').update(Buffer.from(LEAF, 'base64')).digest('base64url');
  expect(await certificateFingerprint(LEAF)).toBe(expected);
});
