import type { JwtVcContent } from './contract.ts';
import type { VeramoAgent } from './veramo-agent.ts';

const DAY_SECONDS = 86_400;

/**
 * Issues W3C credentials of data model 1.1 as JWTs by Veramo's own provider.
 *
 * Both dates are always given: left alone, it signs `nbf` = now and no `exp`. It sets no `iat`. The
 * signature is made by OpenSSL, through the key manager and our key management system.
 *
 * @throws RangeError when a date is not a whole UTC day, or the period is empty.
 */
export function createJwtVcIssuer(
  getVeramo: () => Promise<Pick<VeramoAgent, 'createVerifiableCredential'>>,
  issuer: { readonly did: string; readonly kid: string },
): (content: JwtVcContent) => Promise<string> {
  const header = { kid: `${issuer.did}#${issuer.kid}` };
  return async ({ id, context, types, subject, issuedOn, expiresOn }) => {
    if (expiresOn <= issuedOn) throw new RangeError('expiresOn: expected a later day');
    const veramo = await getVeramo();
    const credential = await veramo.createVerifiableCredential({
      proofFormat: 'jwt',
      keyRef: issuer.kid,
      header,
      credential: {
        '@context': [...context],
        id,
        type: [...types],
        issuer: issuer.did,
        issuanceDate: wholeDay(issuedOn),
        expirationDate: wholeDay(expiresOn),
        credentialSubject: { ...subject },
      },
    });
    const jwt: unknown = credential.proof['jwt'];
    if (typeof jwt !== 'string') throw new TypeError('the provider made no JWT');
    return jwt;
  };
}

function wholeDay(time: number): string {
  if (time % DAY_SECONDS !== 0) throw new RangeError('expected a whole UTC day');
  return new Date(time * 1000).toISOString();
}
