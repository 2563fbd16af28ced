import { createCipheriv } from 'node:crypto';
import { encodeBase64Url } from '@symbolon/credentials/jose';
import { describe, expect, test } from 'vitest';
import { openHpke } from '../../../presentation/seal/hpke-open.ts';
import { sealHpke } from '../../../presentation/seal/hpke-seal.ts';

const bytes = (hex: string): Uint8Array<ArrayBuffer> => Uint8Array.from(Buffer.from(hex, 'hex'));

/** The numbers of RFC 9180 appendix A.3.1.1, which has additional data where the profile has none. */
const RFC = {
  info: bytes('4f6465206f6e2061204772656369616e2055726e'),
  ikmE: bytes('4270e54ffd08d79d5928020af4686d8f6b7d35dbe470265f1f5aa22816ce860e'),
  enc: bytes(
    '04a92719c6195d5085104f469a8b9814d5838ff72b60501e2c4466e5e67b325ac9' +
      '8536d7b61a1af4b78e5b7f951c0900be863c403ce65c9bfcb9382657222d18c4',
  ),
  pkRm: bytes(
    '04fe8c19ce0905191ebc298a9245792531f26f0cece2460639e8bc39cb7f706a82' +
      '6a779b4cf969b8a0e539c7f62fb3d30ad6aa8f80e30f1d128aafd68a2ce72ea0',
  ),
  skRm: bytes('f3ce7fdae57e1a310d87f1ebbde6f328be0a99cdbcadf4d6589cf29de4b8ffd2'),
  key: bytes('868c066ef58aae6dc589b6cfdd18f97e'),
  baseNonce: bytes('4e0bc5018beba4bf004cca59'),
  aad: bytes('436f756e742d30'),
  pt: bytes('4265617574792069732074727574682c20747275746820626561757479'),
  ct: bytes(
    '5ad590bb8baa577f8619db35a36311226a896e7342a6d836d8b7bcd2f20b6c7f9076ac232e3ab2523f39513434',
  ),
};
const publicJwk = {
  kty: 'EC',
  crv: 'P-256',
  x: encodeBase64Url(RFC.pkRm.slice(1, 33)),
  y: encodeBase64Url(RFC.pkRm.slice(33)),
} as const;
const privateJwk = { ...publicJwk, d: encodeBase64Url(RFC.skRm) };

/** AES-128-GCM under the key and the nonce that the RFC arrives at. */
function encrypt(aad: Uint8Array): Uint8Array<ArrayBuffer> {
  const cipher = createCipheriv('aes-128-gcm', RFC.key, RFC.baseNonce).setAAD(aad);
  return Uint8Array.from([...cipher.update(RFC.pt), ...cipher.final(), ...cipher.getAuthTag()]);
}

describe('RFC 9180 A.3.1.1: base mode of DHKEM(P-256), HKDF-SHA256, AES-128-GCM', () => {
  const wire = Uint8Array.from([...RFC.enc, ...encrypt(new Uint8Array())]);

  test('the vector is taken from the RFC: its key and nonce give its ciphertext', () => {
    expect(encrypt(RFC.aad)).toEqual(RFC.ct);
  });

  test('what is sealed from its seed has its encapsulated key and its ciphertext', async () => {
    const content = { info: RFC.info, plaintext: RFC.pt, seed: RFC.ikmE };
    expect(await sealHpke(publicJwk, content)).toEqual(wire);
  });

  test('what its sender seals without additional data opens', async () => {
    expect(await openHpke(privateJwk, { info: RFC.info, wire })).toEqual(RFC.pt);
  });

  test('its own ciphertext, with additional data, does not open', async () => {
    const withData = Uint8Array.from([...RFC.enc, ...RFC.ct]);
    expect(await openHpke(privateJwk, { info: RFC.info, wire: withData })).toBeUndefined();
  });

  test('any change of info, however small, keeps it shut', async () => {
    for (const info of [
      new Uint8Array(),
      RFC.info.slice(1),
      RFC.info.slice(0, -1),
      Uint8Array.from([...RFC.info, 0]),
      Uint8Array.from(RFC.info, (byte, at) => (at === 3 ? byte ^ 1 : byte)),
    ]) {
      expect(await openHpke(privateJwk, { info, wire })).toBeUndefined();
    }
  });
});
