import {
  createPublicKey,
  createSign,
  createVerify,
  generateKeyPairSync,
  type KeyObject,
  sign,
  verify,
} from 'node:crypto';
import type { Case } from './measure.ts';

/** The ways in which this Node signs, verifies and imports; the floor is the cheapest of each. */
export type FloorWays = {
  readonly sign: readonly Case[];
  readonly verify: readonly Case[];
  readonly import: readonly Case[];
};

const REPEAT = 200;
const WARM_UP = 1_000;

/** `data` has the size of what an issuer signs. */
export function createFloorWays(data: Uint8Array, strangers: number): FloorWays {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const p1363 = { dsaEncoding: 'ieee-p1363' } as const;
  const der = sign('sha256', data, privateKey);
  const raw = sign('sha256', data, { key: privateKey, ...p1363 });
  const keys = Array.from(
    { length: strangers },
    () => generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey,
  );
  const jwks = keys.map((key) => key.export({ format: 'jwk' }));
  const spki = keys.map((key) => key.export({ type: 'spki', format: 'der' }));
  const pem = keys.map((key) => key.export({ type: 'spki', format: 'pem' }).toString());
  const at = <Value>(values: readonly Value[], index: number): Value => {
    const value = values.at(index % values.length);
    if (value === undefined) throw new RangeError('no keys');
    return value;
  };
  const way = (name: string, run: (index: number) => Buffer | KeyObject | boolean): Case => ({
    name,
    repeat: REPEAT,
    warmUp: WARM_UP,
    run,
  });
  return {
    sign: [
      way('sign, DER', () => sign('sha256', data, privateKey)),
      way('sign, createSign', () => createSign('sha256').update(data).sign(privateKey)),
      way('sign, ieee-p1363', () => sign('sha256', data, { key: privateKey, ...p1363 })),
    ],
    verify: [
      way('verify, DER', () => verify('sha256', data, publicKey, der)),
      way('verify, createVerify', () => createVerify('sha256').update(data).verify(publicKey, der)),
      way('verify, ieee-p1363', () => verify('sha256', data, { key: publicKey, ...p1363 }, raw)),
    ],
    import: [
      way('import, JWK', (index) => createPublicKey({ key: at(jwks, index), format: 'jwk' })),
      way('import, SPKI in DER', (index) =>
        createPublicKey({ key: at(spki, index), format: 'der', type: 'spki' }),
      ),
      way('import, SPKI in PEM', (index) => createPublicKey(at(pem, index))),
    ],
  };
}
