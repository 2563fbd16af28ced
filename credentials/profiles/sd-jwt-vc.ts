import { parseSdJwtVc } from '@symbolon/schemas';
import type { Profile } from './contract.ts';

/** SD-JWT VC: `vct` at the top, and plain JSON around it. */
export const sdJwtVcProfile: Profile = {
  format: 'dc+sd-jwt',
  // SD-JWT VC section 3.2.2.2, RFC 9901 section 9.7
  plainMembers: new Set([
    'iss',
    'aud',
    'nbf',
    'exp',
    'cnf',
    'vct',
    'vct#integrity',
    'aka_vcts',
    'status',
    // Another way to say a status, which nobody here reads: it must not come in unseen.
    'credentialStatus',
  ]),
  describe: (_header, payload) => {
    const { iss, vct } = parseSdJwtVc(payload);
    return { issuer: iss, typeNames: [vct] };
  },
};
