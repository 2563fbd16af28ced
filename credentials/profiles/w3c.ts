import { type JsonObject, parseW3cCredential } from '@symbolon/schemas';
import { CredentialError } from '../error.ts';
import { isJsonObject } from '../jose/parse-json.ts';
import type { Profile } from './contract.ts';

/** Data model 2.0 secured as SD-JWT: the payload is the credential itself. */
export const w3cProfile: Profile = {
  format: 'vc+sd-jwt',
  // VC-JOSE-COSE section 3.2.1, and the claims that decide validity as in SD-JWT VC.
  plainMembers: new Set([
    '@context',
    'type',
    'issuer',
    'validFrom',
    'validUntil',
    'credentialStatus',
    'credentialSchema',
    'relatedResource',
    // Section 4.1.2: what must not be there, or must agree with the credential.
    'vc',
    'vp',
    'sub',
    'jti',
    'iss',
    'aud',
    'iat',
    'nbf',
    'exp',
    'cnf',
    'status',
  ]),
  describe: (header, payload) => {
    if ('cty' in header && header['cty'] !== 'vc') {
      throw new CredentialError('format_mismatch', "'cty' of a verifiable credential must be 'vc'");
    }
    const { issuer, iss, type } = parseW3cCredential(payload);
    const issuerId = typeof issuer === 'string' ? issuer : issuer.id;
    // VC-JOSE-COSE section 4.1.2
    checkSame('iss', iss, issuerId);
    checkSame('jti', payload['jti'], payload['id']);
    checkSame('sub', payload['sub'], subjectIdOf(payload));
    return { issuer: issuerId, typeNames: type };
  },
};

/** A claim and a property that mean the same must say the same, where both are there. */
function checkSame(claim: string, value: unknown, property: unknown): void {
  if (value === undefined || property === undefined || value === property) return;
  throw new CredentialError('format_mismatch', `'${claim}' contradicts the verifiable credential`);
}

function subjectIdOf(payload: JsonObject): unknown {
  const subject = payload['credentialSubject'];
  return isJsonObject(subject) ? subject['id'] : undefined;
}
