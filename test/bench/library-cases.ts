import { presentSdJwt } from '@symbolon/credentials';
import { createSigner, randomBytes } from '@symbolon/credentials/crypto';
import { createTemplate } from '../../credentials/sd-jwt/create-template.ts';
import { fillTemplate } from '../../credentials/sd-jwt/fill-template.ts';
import {
  createLibrary,
  disclosureFrameOf,
  presentationFrameOf,
} from '../properties/support/sd-jwt-library.ts';
import { issuerKeys, LIST, NOW, statusKeys } from '../unit/trust/support/authority.ts';
import { CARD_CLAIMS, DISCLOSABLE, PERSON, SHOWN } from './card.ts';
import { AUDIENCE, BATCH, issuerSigner, KID, type Material, NONCE, pick } from './cases.ts';
import type { Case } from './measure.ts';

const REPEAT = 40;
const WARM_UP = 500;
const FRAME = disclosureFrameOf(DISCLOSABLE);
const OPTIONS = { keyBindingNonce: NONCE, currentDate: NOW };

/**
 * `@sd-jwt/sd-jwt-vc` at its best: the primitives that we give it are OpenSSL's, with cached keys and
 * pooled salts, and the status list token comes out of memory.
 */
export async function createLibraryCases(material: Material): Promise<Case[]> {
  const { holders, cards, presentations, statusListToken } = material;
  const library = createLibrary({
    issuerKey: issuerKeys.publicJwk,
    statusKey: statusKeys.publicJwk,
    issuerSigner,
    holderSigner: createSigner(pick(holders, 0).privateJwk),
    statusList: async () => statusListToken,
  });
  const issue = (at: number): Promise<string> => {
    const { idx, publicJwk } = pick(holders, at);
    const status = { status_list: { idx, uri: LIST } };
    const claims = { ...CARD_CLAIMS, ...PERSON, cnf: { jwk: publicJwk }, status };
    return library.issue(claims, FRAME, { header: { kid: KID } });
  };
  const shown = presentationFrameOf(SHOWN);
  const binding = { payload: { nonce: NONCE, aud: AUDIENCE, iat: NOW } };
  const withoutStatus = await presentationsWithoutStatus(material);
  return [
    { name: 'library: issue', repeat: REPEAT, warmUp: WARM_UP, run: issue },
    {
      name: 'library: batch of 10',
      repeat: 4,
      warmUp: 20,
      run: async (at) => {
        for (let copy = 0; copy < BATCH; copy += 1) await issue(at + copy);
      },
    },
    {
      name: 'library: present',
      repeat: REPEAT,
      warmUp: WARM_UP,
      run: () => library.present(pick(cards, 0), shown, { kb: binding }),
    },
    {
      name: 'library: verify, no status',
      repeat: REPEAT,
      warmUp: WARM_UP,
      run: (at) => library.verify(pick(withoutStatus, at), OPTIONS),
    },
    {
      name: 'library: verify',
      repeat: 1,
      warmUp: 2,
      run: (at) => library.verify(pick(presentations, at), OPTIONS),
    },
  ];
}

async function presentationsWithoutStatus({ holders }: Material): Promise<readonly string[]> {
  const template = createTemplate({
    header: { typ: 'dc+sd-jwt', kid: KID },
    claims: { ...CARD_CLAIMS, ...PERSON },
    selectivelyDisclosable: DISCLOSABLE,
    variables: [['cnf']],
  });
  return Promise.all(
    holders.map(async ({ publicJwk, privateJwk }) => {
      const variables = [JSON.stringify({ jwk: publicJwk })];
      const copy = { variables, signer: issuerSigner, random: randomBytes };
      return presentSdJwt({
        compact: await fillTemplate(template, copy),
        disclose: SHOWN,
        keyBinding: {
          nonce: NONCE,
          audience: AUDIENCE,
          iat: NOW,
          signer: createSigner(privateJwk),
        },
      });
    }),
  );
}
