import { deflateSync } from 'node:zlib';
import { issueSdJwt, prepareSdJwt, presentSdJwt, verifySdJwt } from '@symbolon/credentials';
import { randomBytes } from '@symbolon/credentials/crypto';
import { encodeBase64Url } from '@symbolon/credentials/jose';
import { createStatusListToken } from '@symbolon/trust';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  AUDIENCE,
  BOUND,
  holderKeys,
  holderSigner,
  issuerKeys,
  issuerSigner,
  NONCE,
  NOW,
  pathsOf,
} from '../unit/credentials/support/handmade.ts';
import { claimSetArbitrary, expectedToShow } from './support/arbitrary-claims.ts';
import { createLibrary, disclosureFrameOf } from './support/sd-jwt-library.ts';

const ROOT = {
  iss: 'https://issuer.example',
  vct: 'urn:example:card:1',
  iat: NOW,
  exp: NOW + 1000,
};
const status = { idx: 7, uri: 'https://issuer.example/status/1' };
const BINDING = { nonce: NONCE, aud: AUDIENCE, iat: NOW };

const library = createLibrary({
  issuerKey: issuerKeys.publicJwk,
  statusKey: issuerKeys.publicJwk,
  issuerSigner,
  holderSigner,
  statusList: (uri) =>
    createStatusListToken(
      {
        uri,
        bits: 2,
        lst: encodeBase64Url(deflateSync(new Uint8Array(1024))),
        iat: NOW,
        exp: NOW + 1000,
        ttl: 1000,
        kid: 'k',
      },
      issuerSigner,
    ),
});

const verifyOurs = (compact: string) =>
  verifySdJwt(compact, {
    expectedFormat: 'dc+sd-jwt',
    issuerKey: issuerKeys.publicJwk,
    now: NOW,
    keyBinding: BOUND,
  });
const libraryOptions = { keyBindingNonce: NONCE, currentDate: NOW };

/** The library, when it issues, loses claims that are called like what every object inherits. */
const issuableByLibrary = claimSetArbitrary.filter(({ claims }) =>
  pathsOf(claims).every((path) => !(String(path.at(-1)) in {})),
);

describe('@sd-jwt/sd-jwt-vc agrees', () => {
  test('it verifies what we issue and present, and sees what we see', async () => {
    await fc.assert(
      fc.asyncProperty(claimSetArbitrary, async (set) => {
        const compact = await issueSdJwt(
          prepareSdJwt({
            format: 'dc+sd-jwt',
            header: { kid: 'k' },
            claims: { ...ROOT, ...set.claims },
            selectivelyDisclosable: set.disclosable,
          }),
          { holderKey: holderKeys.publicJwk, status },
          issuerSigner,
          randomBytes,
        );
        const presentation = await presentSdJwt({
          compact,
          disclose: set.chosen,
          keyBinding: { nonce: NONCE, audience: AUDIENCE, iat: NOW, signer: holderSigner },
        });
        const theirs = await library.verify(presentation, libraryOptions);
        const ours = await verifyOurs(presentation);
        expect(theirs.payload).toEqual(ours.claims);
        expect(theirs.payload).toMatchObject({ ...ROOT, ...expectedToShow(set) });
        expect(theirs.kb?.payload).toMatchObject(BINDING);
      }),
      { numRuns: 300 },
    );
  });

  test('we verify what it issues and presents, and see what it sees', async () => {
    await fc.assert(
      fc.asyncProperty(issuableByLibrary, async ({ claims, disclosable }) => {
        const compact = await library.issue(
          {
            ...ROOT,
            ...claims,
            cnf: { jwk: holderKeys.publicJwk },
            status: { status_list: status },
          },
          disclosureFrameOf(disclosable),
          { header: { kid: 'k' } },
        );
        const presentation = await library.present(compact, {}, { kb: { payload: BINDING } });
        const theirs = await library.verify(presentation, libraryOptions);
        const ours = await verifyOurs(presentation);
        expect(ours.claims).toEqual(theirs.payload);

        const everything = await verifySdJwt(compact, {
          expectedFormat: 'dc+sd-jwt',
          issuerKey: issuerKeys.publicJwk,
          now: NOW,
          keyBinding: 'refused',
        });
        expect(everything.claims).toMatchObject({ ...ROOT, ...claims });
      }),
      { numRuns: 300 },
    );
  });

  test('we present what it issues, claim by claim, and it verifies that', async () => {
    await fc.assert(
      fc.asyncProperty(issuableByLibrary, async (set) => {
        const compact = await library.issue(
          { ...ROOT, ...set.claims, cnf: { jwk: holderKeys.publicJwk } },
          disclosureFrameOf(set.disclosable),
        );
        const presentation = await presentSdJwt({
          compact,
          disclose: set.chosen,
          keyBinding: { nonce: NONCE, audience: AUDIENCE, iat: NOW, signer: holderSigner },
        });
        const theirs = await library.verify(presentation, libraryOptions);
        expect(theirs.payload).toMatchObject({ ...ROOT, ...expectedToShow(set) });
      }),
      { numRuns: 200 },
    );
  });
});
