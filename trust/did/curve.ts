/*
 * Just enough arithmetic to tell whether a public key is a point of its curve, and to unpack the
 * short form that did:key uses. Everything here is public, so nothing needs constant time.
 */

/** A curve y² = x³ - 3x + b over the integers modulo p, with p ≡ 3 modulo 4. */
type WeierstrassCurve = { readonly p: bigint; readonly b: bigint; readonly sizeBytes: number };

/** The two NIST curves that we accept (SP 800-186 section 3.2.1). */
const WEIERSTRASS_CURVES = {
  'P-256': {
    p: 2n ** 256n - 2n ** 224n + 2n ** 192n + 2n ** 96n - 1n,
    b: 0x5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604bn,
    sizeBytes: 32,
  },
  'P-384': {
    p: 2n ** 384n - 2n ** 128n - 2n ** 96n + 2n ** 32n - 1n,
    b: 0xb3312fa7e23ee7e4988e056be3f82d19181d9c6efe8141120314088f5013875ac656398d8a2ed19d2a85c8edd3ec2aefn,
    sizeBytes: 48,
  },
} as const satisfies Record<string, WeierstrassCurve>;

/** The name of a NIST curve that we accept. */
export type WeierstrassCurveName = keyof typeof WEIERSTRASS_CURVES;

/** Whether (x, y), big-endian and of the curve's size, is a point of the curve. */
export function isWeierstrassPoint(
  name: WeierstrassCurveName,
  xBytes: Uint8Array,
  yBytes: Uint8Array,
): boolean {
  const curve = WEIERSTRASS_CURVES[name];
  if (xBytes.length !== curve.sizeBytes || yBytes.length !== curve.sizeBytes) return false;
  const [x, y] = [toInteger(xBytes), toInteger(yBytes)];
  return x < curve.p && y < curve.p && (y * y - rightSide(curve, x)) % curve.p === 0n;
}

/**
 * Finds y from x and y's parity (SEC 1 section 2.3.4).
 *
 * @returns `undefined` when no point of the curve has this x.
 */
export function decompressPoint(
  name: WeierstrassCurveName,
  xBytes: Uint8Array,
  yIsOdd: boolean,
): Uint8Array<ArrayBuffer> | undefined {
  const curve = WEIERSTRASS_CURVES[name];
  const x = toInteger(xBytes);
  if (xBytes.length !== curve.sizeBytes || x >= curve.p) return undefined;
  const square = rightSide(curve, x);
  const root = power(square, (curve.p + 1n) / 4n, curve.p);
  if ((root * root - square) % curve.p !== 0n) return undefined;
  return toBytes((root % 2n === 1n) === yIsOdd ? root : curve.p - root, curve.sizeBytes);
}

const ED25519_P = 2n ** 255n - 19n;
const ED25519_D = 37095705934669439343138083508754565189542113879843219016388785533085940283555n;
/** The y of the points whose order divides 8: with such a key anybody's signature verifies. */
const ED25519_SMALL_ORDER_Y: readonly bigint[] = [
  0n,
  1n,
  ED25519_P - 1n,
  2707385501144840649318225287225658788936804267575313519463743609750303402022n,
  ED25519_P - 2707385501144840649318225287225658788936804267575313519463743609750303402022n,
];

/**
 * Whether 32 bytes encode a point of edwards25519 that can be a key: canonical, on the curve, and
 * not of small order.
 *
 * @see [RFC 8032 section 5.1.3](https://www.rfc-editor.org/rfc/rfc8032#section-5.1.3)
 */
export function isEd25519Key(bytes: Uint8Array): boolean {
  if (bytes.length !== 32) return false;
  // Little-endian; the top bit is the sign of x.
  const y = toInteger(Uint8Array.from(bytes).reverse()) % 2n ** 255n;
  if (y >= ED25519_P || ED25519_SMALL_ORDER_Y.includes(y)) return false;
  // x² = (y² - 1) / (d y² + 1) must be a square, and so must numerator times denominator.
  const product = modulo((y * y - 1n) * (ED25519_D * y * y + 1n), ED25519_P);
  return power(product, (ED25519_P - 1n) / 2n, ED25519_P) === 1n;
}

function rightSide({ p, b }: WeierstrassCurve, x: bigint): bigint {
  return modulo(x * x * x - 3n * x + b, p);
}

function modulo(value: bigint, p: bigint): bigint {
  const rest = value % p;
  return rest < 0n ? rest + p : rest;
}

function power(base: bigint, exponent: bigint, p: bigint): bigint {
  let result = 1n;
  let square = modulo(base, p);
  for (let rest = exponent; rest > 0n; rest /= 2n) {
    if (rest % 2n === 1n) result = (result * square) % p;
    square = (square * square) % p;
  }
  return result;
}

function toInteger(bytes: Uint8Array): bigint {
  return bytes.reduce((sum, byte) => sum * 256n + BigInt(byte), 0n);
}

function toBytes(value: bigint, sizeBytes: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(sizeBytes);
  let rest = value;
  for (let at = sizeBytes - 1; at >= 0; at -= 1) {
    bytes[at] = Number(rest % 256n);
    rest /= 256n;
  }
  return bytes;
}
