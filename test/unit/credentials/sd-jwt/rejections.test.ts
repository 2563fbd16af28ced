import { verifySdJwt } from '@symbolon/credentials';
import { createSigner, generateP256KeyPair } from '@symbolon/credentials/crypto';
import { signCompactJws } from '@symbolon/credentials/jose';
import type { JsonObject, JsonValue } from '@symbolon/schemas';
import { describe, expect, test } from 'vitest';
import {
  base64Url,
  bind,
  disclose,
  issuerKeys,
  NOW,
  sign,
  strangerSigner,
  VC_CLAIMS,
} from '../support/handmade.ts';

const verify = (compact: string) =>
  verifySdJwt(compact, {
    expectedFormat: 'dc+sd-jwt',
    issuerKey: issuerKeys.publicJwk,
    now: NOW,
    keyBinding: 'not_required',
  });

const refuses = async (compact: string | Promise<string>, code: string) => {
  await expect(verify(await compact)).rejects.toMatchObject({ name: 'CredentialError', code });
};

const name = disclose('salt-a', 'family_name', 'Möbius');
const given = disclose('salt-b', 'given_name', 'August');
const element = disclose('salt-c', 'FR');

test('what is in order is accepted: properties, elements, nothing disclosed', async () => {
  const payload = {
    ...VC_CLAIMS,
    _sd: [name.digest, given.digest],
    nationalities: [{ '...': element.digest }, 'DE'],
  };
  const everything = await verify(await sign(payload, [element, given, name]));
  expect(everything.claims).toEqual({
    ...VC_CLAIMS,
    family_name: 'Möbius',
    given_name: 'August',
    nationalities: ['FR', 'DE'],
  });
  expect(everything.disclosedPaths).toEqual([
    ['nationalities', 0],
    ['given_name'],
    ['family_name'],
  ]);
  const nothing = await verify(await sign(payload));
  expect(nothing.claims).toEqual({ ...VC_CLAIMS, nationalities: ['DE'] });
});

describe('RFC 9901 7.1 step 1: takes apart only what is an SD-JWT', () => {
  test.each([
    ['nothing', ''],
    ['a tilde', '~'],
    ['a JWS without a tilde', 'e30.e30.AA'],
    ['no JWS before the tilde', '~~'],
    ['a megabyte', 'a'.repeat(1_000_000)],
    ['a hundred thousand tildes', `e30.e30.AA${'~'.repeat(100_000)}`],
  ])('refuses %s', async (_fault, compact) => {
    await refuses(compact, 'malformed');
  });

  test('refuses an empty disclosure', async () => {
    await refuses(`${await sign(VC_CLAIMS)}~`, 'disclosure_malformed');
  });
});

describe('RFC 9901 7.1 step 2: the issuer-signed JWT', () => {
  test('[attack 1] 2.a: refuses alg none in any spelling', async () => {
    for (const alg of ['none', 'None', 'nOnE', 'NONE']) {
      const header = base64Url(JSON.stringify({ alg, typ: 'dc+sd-jwt' }));
      await refuses(`${header}.${base64Url(JSON.stringify(VC_CLAIMS))}.~`, 'algorithm_not_allowed');
    }
  });

  test('2.a: refuses an algorithm that is not accepted', async () => {
    for (const alg of ['HS256', 'RS256', 'ES512', 'es256']) {
      await refuses(sign(VC_CLAIMS, [], { header: { alg } }), 'algorithm_not_allowed');
    }
  });

  test('2.b: refuses a signature that is not of the issuer', async () => {
    await refuses(sign(VC_CLAIMS, [], { signer: strangerSigner }), 'signature_invalid');
  });

  test('[attack 3] 2.c: refuses a key that the header brings along', async () => {
    const { publicJwk, privateJwk } = await generateP256KeyPair();
    const forged = sign(VC_CLAIMS, [], {
      header: { jwk: publicJwk },
      signer: createSigner(privateJwk),
    });
    await refuses(forged, 'key_not_allowed');
  });

  test('[attack 7] refuses crit', async () => {
    await refuses(sign(VC_CLAIMS, [], { header: { crit: ['x'] } }), 'extension_not_supported');
  });

  test.each(['md5', 'sha-1', 'SHA-256', 'sha256', 'sha-256-128', '', null, 256, ['sha-256']])(
    '2.e: refuses _sd_alg %j',
    async (_sd_alg) => {
      await refuses(
        sign({ ...VC_CLAIMS, _sd_alg, _sd: [name.digest] }, [name]),
        'digest_algorithm_not_allowed',
      );
    },
  );

  test('2.e: takes sha-384 and sha-512 for what they are', async () => {
    for (const [_sd_alg, algorithm] of [
      ['sha-384', 'SHA-384'],
      ['sha-512', 'SHA-512'],
    ] as const) {
      const digest = await crypto.subtle.digest(algorithm, new TextEncoder().encode(name.text));
      const payload = { ...VC_CLAIMS, _sd_alg, _sd: [base64Url(new Uint8Array(digest))] };
      const { claims } = await verify(await sign(payload, [name]));
      expect(claims).toEqual({ ...VC_CLAIMS, family_name: 'Möbius' });
      await refuses(sign({ ...payload, _sd: [name.digest] }, [name]), 'disclosure_unreferenced');
    }
  });
});

describe('RFC 9901 7.1 step 3.b: `_sd` and `...` convey digests and nothing else', () => {
  test.each<[string, JsonObject]>([
    ['_sd that is a text', { _sd: name.digest }],
    ['_sd that is null', { _sd: null }],
    ['_sd that is an object', { _sd: { 0: name.digest } }],
    ['_sd with a number in it', { _sd: [1] }],
    ['_sd with an array in it', { _sd: [[name.digest]] }],
    ['_sd of the wrong shape, deep inside', { address: { _sd: 'x' } }],
    ['... that is a number', { list: [{ '...': 1 }] }],
    ['... that is null', { list: [{ '...': null }] }],
    ['... with a member beside it', { list: [{ '...': element.digest, a: 1 }] }],
  ])('refuses %s', async (_fault, claims) => {
    await refuses(sign({ ...VC_CLAIMS, ...claims }), 'digest_malformed');
  });

  test.each<[string, JsonObject]>([
    ['... as a claim', { '...': element.digest }],
    ['... as a claim of an object', { address: { '...': element.digest } }],
    ['_sd_alg inside an object', { address: { _sd_alg: 'sha-256' } }],
    ['_sd_alg inside an array', { list: [{ _sd_alg: 'sha-256' }] }],
  ])('refuses %s', async (_fault, claims) => {
    await refuses(sign({ ...VC_CLAIMS, ...claims }), 'claim_name_reserved');
  });

  test('the same inside a disclosed value', async () => {
    for (const [value, code] of [
      [{ _sd: 'x' }, 'digest_malformed'],
      [[{ '...': 1 }], 'digest_malformed'],
      [{ '...': 'x' }, 'claim_name_reserved'],
      [{ _sd_alg: 'sha-256' }, 'claim_name_reserved'],
    ] as const) {
      const disclosure = disclose('s', 'address', value);
      await refuses(sign({ ...VC_CLAIMS, _sd: [disclosure.digest] }, [disclosure]), code);
    }
  });

  test('an empty _sd, a digest without its disclosure and a decoy say nothing', async () => {
    const payload = {
      ...VC_CLAIMS,
      _sd: [name.digest, 'decoy'],
      a: { _sd: [] },
      b: [{ '...': 'x' }],
    };
    expect((await verify(await sign(payload))).claims).toEqual({ ...VC_CLAIMS, a: {}, b: [] });
  });
});

describe('RFC 9901 7.1 step 3.c.ii: the disclosure of a property', () => {
  test.each<[string, JsonValue[]]>([
    ['nothing', []],
    ['a salt', ['s']],
    ['salt and value, as of an element', ['s', 'Möbius']],
    ['four members', ['s', 'family_name', 'Möbius', 1]],
    ['a salt that is a number', [1, 'family_name', 'Möbius']],
    ['a name that is a number', ['s', 1, 'Möbius']],
    ['a name that is null', ['s', null, 'Möbius']],
  ])('1: refuses %s', async (_fault, members) => {
    const disclosure = disclose(...members);
    await refuses(
      sign({ ...VC_CLAIMS, _sd: [disclosure.digest] }, [disclosure]),
      'disclosure_malformed',
    );
  });

  test.each([
    ['an object', '{"0":"s","1":"n","2":"v"}'],
    ['a text', '"s"'],
    ['no JSON', '["s","n",'],
    ['a member twice', '["s","n",{"a":1,"a":2}]'],
    ['__proto__', '["s","n",{"__proto__":1}]'],
    ['10,000 levels', `["s","n",${'['.repeat(10_000)}${']'.repeat(10_000)}]`],
  ])('1: refuses %s', async (_fault, json) => {
    await refuses(sign(VC_CLAIMS, [{ text: base64Url(json) }]), 'disclosure_malformed');
  });

  test('1: refuses a disclosure that is no base64url', async () => {
    for (const text of [`${name.text}=`, `${name.text} `, '*', `${name.text.slice(0, -1)}`]) {
      await refuses(sign({ ...VC_CLAIMS, _sd: [name.digest] }, [{ text }]), 'disclosure_malformed');
    }
  });

  test.each(['_sd', '...', '_sd_alg', '__proto__'])(
    '[attack 21] 2: refuses the claim name %s',
    async (reserved) => {
      const disclosure = disclose('s', reserved, ['x']);
      const claims = { ...VC_CLAIMS, _sd: [disclosure.digest] };
      await refuses(sign(claims, [disclosure]), 'claim_name_reserved');
      const inside = { ...VC_CLAIMS, address: { _sd: [disclosure.digest] } };
      await refuses(sign(inside, [disclosure]), 'claim_name_reserved');
    },
  );

  test('[attack 21] 3: refuses a name that is there already', async () => {
    const claims = { ...VC_CLAIMS, family_name: 'Plain', _sd: [name.digest] };
    await refuses(sign(claims, [name]), 'claim_name_collision');
    const inside = { ...VC_CLAIMS, a: { b: { family_name: null, _sd: [name.digest] } } };
    await refuses(sign(inside, [name]), 'claim_name_collision');
  });

  test('[attack 21] 3: refuses two disclosures of one name at one level, but not at two', async () => {
    const other = disclose('salt-x', 'family_name', 'Other');
    const claims = { ...VC_CLAIMS, _sd: [name.digest, other.digest] };
    await refuses(sign(claims, [name, other]), 'claim_name_collision');
    expect((await verify(await sign(claims, [other]))).claims).toMatchObject({
      family_name: 'Other',
    });
    const levels = { ...VC_CLAIMS, _sd: [name.digest], parent: { _sd: [other.digest] } };
    expect((await verify(await sign(levels, [name, other]))).claims).toMatchObject({
      family_name: 'Möbius',
      parent: { family_name: 'Other' },
    });
  });

  test('3: names of what every object inherits are ordinary names', async () => {
    const odd = ['constructor', 'toString', 'hasOwnProperty', 'valueOf'].map((member, index) =>
      disclose(`s${index}`, member, index),
    );
    const payload = { ...VC_CLAIMS, _sd: odd.map(({ digest }) => digest) };
    const { claims } = await verify(await sign(payload, odd));
    expect(Object.keys(claims)).toEqual(expect.arrayContaining(['constructor', 'valueOf']));
    expect(Object.getPrototypeOf(claims)).toBe(Object.prototype);
  });
});

describe('RFC 9901 7.1 step 3.c.iii: the disclosure of an array element', () => {
  test.each<[string, JsonValue[]]>([
    ['a salt', ['s']],
    ['three members, as of a property', ['s', 'n', 'FR']],
    ['a salt that is null', [null, 'FR']],
  ])('1: refuses %s', async (_fault, members) => {
    const disclosure = disclose(...members);
    const claims = { ...VC_CLAIMS, list: [{ '...': disclosure.digest }] };
    await refuses(sign(claims, [disclosure]), 'disclosure_malformed');
  });
});

describe('RFC 9901 7.1 step 4: refuses a digest that occurs twice', () => {
  const inner = disclose('s', 'a', 1);
  const outer = disclose('t', 'b', { _sd: [inner.digest] });
  test.each<[string, JsonObject, readonly { text: string }[]]>([
    ['in one _sd', { _sd: [name.digest, name.digest] }, [name]],
    ['in one _sd, undisclosed', { _sd: ['decoy', 'decoy'] }, []],
    ['in two objects', { _sd: [name.digest], a: { _sd: [name.digest] } }, [name]],
    ['in an object and an array', { _sd: ['d'], a: [{ '...': 'd' }] }, []],
    ['in one array', { a: [{ '...': element.digest }, { '...': element.digest }] }, [element]],
    ['in the payload and in a disclosure', { _sd: [outer.digest, inner.digest] }, [outer]],
    [
      'in the payload and in a disclosure, disclosed',
      { _sd: [inner.digest, outer.digest] },
      [inner, outer],
    ],
  ])('%s', async (_where, claims, disclosures) => {
    await refuses(sign({ ...VC_CLAIMS, ...claims }, disclosures), 'digest_repeated');
  });
});

describe('[attack 19] RFC 9901 7.1 step 5: refuses a disclosure to which there is no digest', () => {
  test('appended to the others', async () => {
    const claims = { ...VC_CLAIMS, _sd: [name.digest] };
    await refuses(sign(claims, [name, given]), 'disclosure_unreferenced');
  });

  test('alone', async () => {
    await refuses(sign(VC_CLAIMS, [name]), 'disclosure_unreferenced');
  });

  test('that stands in one which was not sent', async () => {
    const outer = disclose('t', 'b', { _sd: [name.digest] });
    await refuses(sign({ ...VC_CLAIMS, _sd: [outer.digest] }, [name]), 'disclosure_unreferenced');
  });

  test('whose digest is an ordinary text', async () => {
    await refuses(
      sign({ ...VC_CLAIMS, a: name.digest, b: [name.digest] }, [name]),
      'disclosure_unreferenced',
    );
  });

  test('RFC 9901 section 4: sent twice', async () => {
    const claims = { ...VC_CLAIMS, _sd: [name.digest] };
    await refuses(sign(claims, [name, name]), 'disclosure_repeated');
  });
});

describe('RFC 9901 7.1 step 6: the times', () => {
  test.each<[string, JsonObject, string]>([
    ['expired', { exp: NOW - 61 }, 'credential_expired'],
    ['expired by exactly the skew', { exp: NOW - 60 }, 'credential_expired'],
    ['not yet valid', { nbf: NOW + 61 }, 'credential_not_yet_valid'],
  ])('refuses %s', async (_fault, claims, code) => {
    await refuses(sign({ ...VC_CLAIMS, ...claims }), code);
  });

  test.each<JsonObject>([
    { exp: NOW - 59 },
    { nbf: NOW + 60 },
    { exp: NOW + 1, nbf: NOW, iat: NOW },
  ])('accepts %j', async (claims) => {
    await expect(verify(await sign({ ...VC_CLAIMS, ...claims }))).resolves.toBeDefined();
  });

  test.each<JsonValue>(['9999999999', 1.5, -1, null, true, [NOW + 1], {}, 1e300])(
    '[attack 13] refuses exp, nbf and iat of %j',
    async (time) => {
      for (const claim of ['exp', 'nbf', 'iat']) {
        await refuses(sign({ ...VC_CLAIMS, [claim]: time }), 'malformed');
      }
    },
  );

  test('iat may be disclosed selectively, and is judged all the same', async () => {
    const iat = disclose('s', 'iat', 'yesterday');
    await refuses(sign({ ...VC_CLAIMS, _sd: [iat.digest] }, [iat]), 'malformed');
  });
});

describe('RFC 9901 7.2: a holder receives an SD-JWT', () => {
  const receive = (compact: string) =>
    verifySdJwt(compact, {
      expectedFormat: 'dc+sd-jwt',
      issuerKey: issuerKeys.publicJwk,
      now: NOW,
      keyBinding: 'refused',
    });

  test('refuses an SD-JWT+KB', async () => {
    const bound = await bind(await sign(VC_CLAIMS));
    await expect(receive(bound)).rejects.toMatchObject({ code: 'key_binding_unexpected' });
    const junk = `${await sign(VC_CLAIMS)}junk`;
    await expect(receive(junk)).rejects.toMatchObject({ code: 'key_binding_unexpected' });
  });

  test('accepts an SD-JWT', async () => {
    await expect(receive(await sign(VC_CLAIMS))).resolves.toBeDefined();
  });
});

test('[attack 13] nesting by disclosures ends somewhere', async () => {
  let inner = disclose('s', 'x', 1);
  const chain = [inner];
  for (let depth = 0; depth < 200; depth += 1) {
    inner = disclose('s', 'x', { _sd: [inner.digest] });
    chain.push(inner);
  }
  await refuses(sign({ ...VC_CLAIMS, _sd: [inner.digest] }, chain), 'malformed');
});

test('no refusal repeats a claim', async () => {
  const secret = disclose('s', 'secret_name', 'secret_value');
  const faulty = [
    sign({ ...VC_CLAIMS, secret_name: 1, _sd: [secret.digest] }, [secret]),
    sign(VC_CLAIMS, [secret]),
    sign({ ...VC_CLAIMS, exp: 'secret_value' }),
    sign({ ...VC_CLAIMS, vct: ['secret_value'] }),
    signCompactJws({ header: { typ: 'secret_value' }, payload: {}, signer: strangerSigner }),
  ];
  for (const compact of faulty) {
    await expect(verify(await compact)).rejects.toMatchObject({
      message: expect.not.stringMatching(/secret_(name|value)/),
    });
  }
});
