import { decodeBase64Url, parseJson } from '@symbolon/credentials/jose';
import { type PublicJwk, parsePublicJwk, Refusal } from '@symbolon/schemas';
import { TrustError } from '../error.ts';
import { isPublicKey } from './public-key.ts';

const MAX_JWK_BYTES = 2048;
const MAX_DID_LENGTH = 'did:jwk:'.length + Math.ceil((MAX_JWK_BYTES * 4) / 3);
const PRIVATE_MEMBERS = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k', 'priv'];

/**
 * Decodes a did:jwk: the key is in the name itself.
 *
 * @param did - Without a fragment.
 * @throws {@link TrustError} `did_malformed`; `did_key_unsupported` for a key that is not for signatures
 *   (`use: enc`); `did_key_invalid` for a private member, a kind of key that we do not accept, a wrong
 *   length (also of the name), or a point that is not on its curve.
 * @see [did:jwk Method Specification](https://github.com/quartzjer/did-jwk/blob/main/spec.md)
 */
export function decodeDidJwk(did: string): PublicJwk {
  if (did.length > MAX_DID_LENGTH) {
    throw new TrustError('did_key_invalid', 'did:jwk is longer than allowed');
  }
  const [, encoded] = /^did:jwk:([\w-]+)$/.exec(did) ?? [];
  if (encoded === undefined) {
    throw new TrustError('did_malformed', "expected 'did:jwk:' and base64url");
  }
  try {
    // With `ignoreBOM` a byte order mark stays in the text, where no JSON may have it.
    const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
    const text = utf8.decode(decodeBase64Url(encoded));
    return parseKey(parseJson(text, { maxDepth: 4, maxBytes: MAX_JWK_BYTES }));
  } catch (cause) {
    if (cause instanceof TrustError) throw cause;
    if (!(cause instanceof Refusal || cause instanceof TypeError)) throw cause;
    throw new TrustError('did_key_invalid', 'did:jwk does not hold a public key that we accept', {
      cause,
    });
  }
}

function parseKey(input: unknown): PublicJwk {
  if (typeof input !== 'object' || input === null) {
    throw new TrustError('did_key_invalid', 'did:jwk does not hold a JSON object');
  }
  if (PRIVATE_MEMBERS.some((member) => member in input)) {
    throw new TrustError('did_key_invalid', 'did:jwk holds a private key: it is no secret now');
  }
  if ('use' in input && input.use !== 'sig') {
    throw new TrustError('did_key_unsupported', 'the key of did:jwk is not for signatures');
  }
  const jwk = parsePublicJwk(input);
  if (!isPublicKey(jwk)) {
    throw new TrustError('did_key_invalid', 'the point of did:jwk is not on its curve');
  }
  return jwk;
}
