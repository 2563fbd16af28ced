import {
  issueSdJwt,
  type PreparedSdJwt,
  prepareSdJwt,
  presentSdJwt,
  verifySdJwt,
} from '@symbolon/credentials';
import {
  createSigner,
  generateP256KeyPair,
  type P256KeyPair,
  randomBytes,
} from '@symbolon/credentials/crypto';
import {
  createTrustBundle,
  findIssuerKey,
  findStatus,
  openTrustBundle,
  type TrustBundle,
} from '@symbolon/trust';
import {
  ANCHOR,
  anchorSigner,
  bundleDocument,
  encodeList,
  ISSUER,
  issuerKeys,
  LIST,
  NOW,
  statusToken,
} from '../unit/trust/support/authority.ts';
import { CARD_CLAIMS, DISCLOSABLE, PERSON, SHOWN, STATUS_ENTRIES } from './card.ts';
import { type Case, WARM_UP_MATERIAL } from './measure.ts';

/** What every presentation of the bench is bound to. */
export const NONCE = 'kq2bcnKFDBPjhoQK1dCFmA';
/** As {@link NONCE}. */
export const AUDIENCE = 'x509_hash:Uvo3HtuIxuhC92rShpgqcT3YXwrqRxWEviRiA0OZszk';
/** How the issuer's key is named. */
export const KID = 'did:web:issuer.example#credential-1';
const REPEAT = 200;
const WARM_UP = 8_000;

/** How many holders `rounds` rounds need, so that the verifier never saw one before. */
export const holdersFor = (rounds: number): number => WARM_UP_MATERIAL + rounds * REPEAT;

/** Copies in a batch. */
export const BATCH = 10;

/** Signs every card. */
export const issuerSigner = createSigner(issuerKeys.privateJwk);

type Holder = P256KeyPair & { readonly idx: number };

/** What the cases work on: cards and presentations of holders whom the verifier never saw. */
export type Material = {
  readonly holders: readonly Holder[];
  readonly cards: readonly string[];
  readonly presentations: readonly string[];
  readonly bundle: TrustBundle;
  readonly statusListToken: string;
};

const prepare = (): PreparedSdJwt =>
  prepareSdJwt({
    format: 'dc+sd-jwt',
    header: { kid: KID },
    claims: { ...CARD_CLAIMS, ...PERSON },
    selectivelyDisclosable: DISCLOSABLE,
  });

const issue = (prepared: PreparedSdJwt, { publicJwk, idx }: Holder): Promise<string> =>
  issueSdJwt(
    prepared,
    { holderKey: publicJwk, status: { idx, uri: LIST } },
    issuerSigner,
    randomBytes,
  );

const present = (compact: string, { privateJwk }: Holder): Promise<string> =>
  presentSdJwt({
    compact,
    disclose: SHOWN,
    keyBinding: { nonce: NONCE, audience: AUDIENCE, iat: NOW, signer: createSigner(privateJwk) },
  });

/** As many presentations as there are rounds and repeats, each by a key of its own. */
export async function createMaterial(count: number): Promise<Material> {
  const holders = await Promise.all(
    Array.from({ length: count }, async (_, at) => ({
      ...(await generateP256KeyPair()),
      // Every hundredth is revoked: the odd ones.
      idx: ((at * 7919) % (STATUS_ENTRIES / 2)) * 2,
    })),
  );
  const prepared = prepare();
  const cards = await Promise.all(
    holders.map(async (holder) => received(await issue(prepared, holder))),
  );
  const presentations = await Promise.all(
    cards.map(async (compact, at) => received(await present(compact, pick(holders, at)))),
  );
  const revoked = Object.fromEntries(
    Array.from({ length: STATUS_ENTRIES / 100 }, (_, at) => [at * 100 + 1, 1]),
  );
  const lst = encodeList(1, STATUS_ENTRIES, revoked);
  const statusListToken = await statusToken({ bits: 1, lst });
  const document = bundleDocument({ status_lists: [statusListToken] });
  const bundle = await openTrustBundle(
    await createTrustBundle(document, anchorSigner),
    ANCHOR,
    NOW,
  );
  return { holders, cards, presentations, bundle, statusListToken };
}

/** As it comes from outside: one flat text, not what string concatenation leaves behind. */
const received = (text: string): string => Buffer.from(text).toString();

/** Ours. */
export function createOurCases({ holders, cards, presentations, bundle }: Material): Case[] {
  const signer = createSigner(pick(holders, 0).privateJwk);
  const card = pick(cards, 0);
  return [
    {
      name: 'ours: issue',
      repeat: REPEAT,
      warmUp: WARM_UP,
      run: (at) => issue(prepare(), pick(holders, at)),
    },
    {
      name: 'ours: batch of 10',
      repeat: 20,
      warmUp: WARM_UP / BATCH,
      run: async (at) => {
        const prepared = prepare();
        for (let copy = 0; copy < BATCH; copy += 1) await issue(prepared, pick(holders, at + copy));
      },
    },
    {
      name: 'ours: present',
      repeat: REPEAT,
      warmUp: WARM_UP,
      run: () =>
        presentSdJwt({
          compact: card,
          disclose: SHOWN,
          keyBinding: { nonce: NONCE, audience: AUDIENCE, iat: NOW, signer },
        }),
    },
    {
      name: 'ours: verify',
      repeat: REPEAT,
      warmUp: WARM_UP,
      run: async (at) => {
        const query = {
          issuer: ISSUER,
          kid: 'credential-1',
          use: 'credential',
          credentialType: CARD_CLAIMS.vct,
        } as const;
        const issuerKey = findIssuerKey(bundle, query, NOW);
        await verifySdJwt(pick(presentations, at), {
          expectedFormat: 'dc+sd-jwt',
          issuerKey,
          now: NOW,
          keyBinding: {
            expectedNonce: NONCE,
            expectedAudience: AUDIENCE,
            freshness: { kind: 'nonce_only' },
          },
        });
        const reference = { uri: LIST, idx: pick(holders, at).idx };
        await findStatus(bundle, reference, { issuer: ISSUER, maxAgeSeconds: 259_200, now: NOW });
      },
    },
  ];
}

/** The value at `at`, from the end when negative, and round again. */
export function pick<Value>(values: readonly Value[], at: number): Value {
  const value = values.at(at % values.length);
  if (value === undefined) throw new RangeError('nothing to pick from');
  return value;
}
