import { createPublicKey, generateKeyPairSync, randomBytes, sign, verify } from 'node:crypto';
import { createServer } from 'node:http';

/**
 * The least that an issuer can do with the three requests of a flow: take them, import the holder's
 * key, verify its proof, sign once, and answer with as many bytes. No rule is checked and nothing
 * is stored. What it costs on a machine is what the issuer's figures there are to be read against.
 */
const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const toBeSigned = randomBytes(1100);
const small = JSON.stringify({ access_token: 'x'.repeat(48), c_nonce: 'x'.repeat(48) });

function credential(body: string): string {
  const jwt = String(Object(JSON.parse(body)).proofs.jwt[0]);
  const [header = '', payload = '', signature = ''] = jwt.split('.');
  const { jwk } = Object(JSON.parse(Buffer.from(header, 'base64url').toString()));
  const proven = verify(
    'sha256',
    Buffer.from(`${header}.${payload}`),
    { key: createPublicKey({ key: jwk, format: 'jwk' }), dsaEncoding: 'ieee-p1363' },
    Buffer.from(signature, 'base64url'),
  );
  const signed = sign('sha256', toBeSigned, privateKey).toString('base64url');
  return JSON.stringify({ proven, signed, padding: 'x'.repeat(3900) });
}

createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    const body = Buffer.concat(chunks).toString();
    const answer = request.url === '/credential' ? credential(body) : small;
    response.writeHead(200, {
      'Content-Type': 'application/json',
      'Content-Length': Buffer.byteLength(answer),
    });
    response.end(answer);
  });
}).listen(Number(process.argv[2]), '127.0.0.1', () => process.send?.('listening'));
