import { presentSdJwt } from '@symbolon/credentials';
import { randomBytes } from '@symbolon/credentials/crypto';
import {
  answerClass,
  createPolicyQuery,
  openAnswer,
  sealAnswer,
  selectCredentials,
} from '@symbolon/presentation';
import {
  ATTESTED_AGES,
  type JsonObject,
  POLICIES,
  type Policy,
  type SdJwtFormat,
} from '@symbolon/schemas';
import type { DcqlQuery } from '@symbolon/schemas/openid4vp';
import { describe, expect, test } from 'vitest';
import { createWorld, makeKey } from '../../support/world.ts';

const NOW = 1_795_600_000;
const COMPACT = 'eyJhIjoxfQ.eyJiIjoxfQ.AAAA';
const world = await createWorld(NOW);
const responseKey = await makeKey();

/** As large as they come: a picture hardly compresses, and a name may be long. */
const LARGEST: JsonObject = {
  family_name: '阿不都热合曼·买买提艾力·居来提',
  given_name: 'Wolfeschlegelsteinhausenbergerdorff-Maria',
  age_equal_or_over: Object.fromEntries(ATTESTED_AGES.map((age) => [String(age), true])),
  birthdate: '1990-05-17',
  sex: 1,
  nationalities: ['CN'],
  resident_address: { locality: 'Hangzhou' },
  portrait_thumb: `data:image/avif;base64,${Buffer.from(randomBytes(1024)).toString('base64')}`,
};

/** A presentation of the largest card there is, as this query asks for it. */
async function presentLargest(query: DcqlQuery, format: SdJwtFormat) {
  const holder = await makeKey();
  const change =
    format === 'dc+sd-jwt' ? LARGEST : { credentialSubject: { ...LARGEST, issuing_country: 'CN' } };
  const compact = await world.card({ format, holderKey: holder.publicJwk, change });
  const [selected] = selectCredentials(query, [
    {
      format,
      claims:
        format === 'dc+sd-jwt'
          ? { vct: 'urn:symbolon:identity-card:1', ...LARGEST }
          : { type: ['VerifiableCredential', 'SymbolonIdentityCard'], credentialSubject: LARGEST },
    },
  ]);
  if (selected === undefined) throw new TypeError('not selected');
  const presentation = await presentSdJwt({
    compact,
    disclose: selected.claims.map(({ path }) => path),
    keyBinding: {
      nonce: Buffer.from(randomBytes(16)).toString('base64url'),
      audience: `x509_hash:${Buffer.from(randomBytes(32)).toString('base64url')}`,
      iat: NOW,
      signer: holder.signer,
    },
  });
  return { queryId: selected.queryId, presentation };
}

const seal = (query: DcqlQuery, answer: Parameters<typeof sealAnswer>[0]['answer']) =>
  sealAnswer({
    request: { compact: COMPACT, query, responseKey: responseKey.publicJwk },
    answer,
    random: randomBytes,
  });

function queryOf(policy: Policy): DcqlQuery {
  return createPolicyQuery(policy, ['dc+sd-jwt', 'vc+sd-jwt']);
}

describe('threat 29: the size of an answer says what was asked, and nothing else', () => {
  for (const policy of POLICIES) {
    for (const format of ['dc+sd-jwt', 'vc+sd-jwt'] as const) {
      test(`${policy.name}, ${format}: the largest card fits its class, and a refusal has its size`, async () => {
        const query = queryOf(policy);
        const { queryId, presentation } = await presentLargest(query, format);
        const wire = await seal(query, {
          kind: 'presented',
          vpToken: new Map([[queryId, presentation]]),
        });
        const refusal = await seal(query, {
          kind: 'refused',
          error: 'access_denied',
          description: 'the request is not answered',
        });
        expect(wire.length).toBe(answerClass(query));
        expect(refusal.length).toBe(wire.length);
        const opened = await openAnswer(wire, {
          responsePrivateJwk: responseKey.privateJwk,
          requestCompact: COMPACT,
        });
        expect(opened).toEqual({
          kind: 'presented',
          vpToken: new Map([[queryId, presentation]]),
        });
      });
    }
  }
});
