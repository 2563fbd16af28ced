import { issueSdJwt, prepareSdJwt, presentSdJwt, verifySdJwt } from '@symbolon/credentials';
import { randomBytes } from '@symbolon/credentials/crypto';
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
} from '../unit/credentials/support/handmade.ts';
import { type ClaimSet, claimSetArbitrary, expectedToShow } from './support/arbitrary-claims.ts';

const ROOT = { iss: 'https://issuer.example', vct: 'urn:example:card:1', exp: NOW + 1000 };
const status = { idx: 1, uri: 'https://issuer.example/status/1' };

const issue = ({ claims, disclosable }: ClaimSet) =>
  issueSdJwt(
    prepareSdJwt({
      format: 'dc+sd-jwt',
      header: { kid: 'k' },
      claims: { ...ROOT, ...claims },
      selectivelyDisclosable: disclosable,
    }),
    { holderKey: holderKeys.publicJwk, status },
    issuerSigner,
    randomBytes,
  );

const present = async (set: ClaimSet) =>
  presentSdJwt({
    compact: await issue(set),
    disclose: set.chosen,
    keyBinding: { nonce: NONCE, audience: AUDIENCE, iat: NOW, signer: holderSigner },
  });

const verify = (compact: string) =>
  verifySdJwt(compact, {
    expectedFormat: 'dc+sd-jwt',
    issuerKey: issuerKeys.publicJwk,
    now: NOW,
    keyBinding: BOUND,
  });

test('disclosing a subset reveals exactly that subset', async () => {
  await fc.assert(
    fc.asyncProperty(claimSetArbitrary, async (set) => {
      const presentation = await present(set);
      const { claims } = await verify(presentation);
      const { iss: _i, vct: _v, exp: _e, cnf: _c, status: _s, ...shown } = claims;
      expect(shown).toEqual(expectedToShow(set));
    }),
    { numRuns: 400 },
  );
});

test('what is not shown is nowhere in the presentation', async () => {
  const secret = fc.stringMatching(/^[a-z]{12}$/);
  await fc.assert(
    fc.asyncProperty(secret, secret, fc.boolean(), async (hidden, shown, nested) => {
      fc.pre(hidden !== shown);
      const claims = nested
        ? { a: { [hidden]: hidden }, b: shown }
        : { [hidden]: hidden, b: shown };
      const path = nested ? ['a', hidden] : [hidden];
      const presentation = await present({ claims, disclosable: [path, ['b']], chosen: [['b']] });
      const texts = presentation
        .split(/[.~]/)
        .map((part) => Buffer.from(part, 'base64url').toString());
      expect(texts.join(' ')).toContain(shown);
      expect(texts.join(' ')).not.toContain(hidden);
    }),
  );
});

describe('any one-byte change of a presentation is refused', () => {
  const set: ClaimSet = {
    claims: { name: 'Möbius', ages: { a18: true, a21: false }, list: ['DE', { x: 1 }], open: 1 },
    disclosable: [['name'], ['ages', 'a18'], ['ages', 'a21'], ['list', 0], ['list', 1, 'x']],
    chosen: [['name'], ['ages', 'a18'], ['list', 1, 'x']],
  };
  const refuses = async (changed: string) => {
    await expect((async () => verify(changed))()).rejects.toMatchObject({
      name: 'CredentialError',
    });
  };

  test('each byte, replaced by each of several others', async () => {
    const presentation = await present(set);
    await expect(verify(presentation)).resolves.toBeDefined();
    for (let at = 0; at < presentation.length; at += 1) {
      const code = presentation.charCodeAt(at);
      const others = [code ^ 1, code ^ 0x20, (code * 7 + at) % 256].filter((each) => each !== code);
      for (const other of others) {
        await refuses(
          presentation.slice(0, at) + String.fromCharCode(other) + presentation.slice(at + 1),
        );
      }
    }
  });

  test('each byte left out, and a byte put in before each', async () => {
    const presentation = await present(set);
    for (let at = 0; at <= presentation.length; at += 3) {
      if (at < presentation.length) {
        await refuses(presentation.slice(0, at) + presentation.slice(at + 1));
      }
      for (const extra of ['A', '~', '.', '=', ' ']) {
        await refuses(presentation.slice(0, at) + extra + presentation.slice(at));
      }
    }
  });

  test('of any presentation, any byte, to any other', async () => {
    await fc.assert(
      fc.asyncProperty(
        claimSetArbitrary,
        fc.nat(),
        fc.integer({ min: 1, max: 255 }),
        async (anySet, place, change) => {
          const presentation = await present(anySet);
          const at = place % presentation.length;
          const other = String.fromCharCode(presentation.charCodeAt(at) ^ change);
          await refuses(presentation.slice(0, at) + other + presentation.slice(at + 1));
        },
      ),
      { numRuns: 300 },
    );
  });
});

test('[attack 13] bytes of any kind are refused, never a fault of ours', async () => {
  const junk = fc.oneof(
    fc.string(),
    fc.string({ unit: 'binary', maxLength: 200 }),
    fc.array(fc.base64String(), { maxLength: 6 }).map((parts) => parts.join('.')),
    fc.json().map((json) => `${Buffer.from(json).toString('base64url')}.e30.AA~`),
    fc.json().map((json) => `eyJhbGciOiJFUzI1NiJ9.${Buffer.from(json).toString('base64url')}.AA~`),
  );
  await fc.assert(
    fc.asyncProperty(junk, async (text) => {
      await expect((async () => verify(text))()).rejects.toMatchObject({ name: 'CredentialError' });
    }),
    { numRuns: 500 },
  );
});
