import type { webcrypto } from 'node:crypto';
import { createSigner, generateP256KeyPair, randomBytes } from '@symbolon/credentials/crypto';
import { certificateFingerprint } from '@symbolon/trust';
import {
  type CertificateOptions,
  createCertificate,
  createCertificateAuthority,
  verifyCertificatePath,
} from '@symbolon/trust/certificates';
import { describe, expect, test } from 'vitest';
import { twinOf } from '../../../trust/certificates/ecdsa-signature.ts';
import * as x509 from '../../../trust/certificates/x509.ts';
import { CA, caKeys, DAY, issuerKeys, LEAF, NOW, strangerKeys } from './support/authority.ts';

const { subtle } = globalThis.crypto;
const keyPair = (
  algorithm: webcrypto.EcKeyGenParams | webcrypto.RsaHashedKeyGenParams = x509.ES256,
) => subtle.generateKey(algorithm, true, ['sign', 'verify']);
const [rootKeys, middleKeys, leafKeys] = await Promise.all([keyPair(), keyPair(), keyPair()]);

const CRITICAL = true;
const caExtensions = async (keys: webcrypto.CryptoKeyPair, pathLength: number | undefined) => [
  new x509.BasicConstraintsExtension(true, pathLength, CRITICAL),
  new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign, CRITICAL),
  await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
];
const keyUsage = (usages: number) => new x509.KeyUsagesExtension(usages, CRITICAL);
const DIGITAL_SIGNATURE = keyUsage(x509.KeyUsageFlags.digitalSignature);
const READER = new x509.ExtendedKeyUsageExtension(['1.0.18013.5.1.6'], CRITICAL);
const leafExtensions = [DIGITAL_SIGNATURE, READER];
const LEAF_NAME = 'C=CN, O=Hotel Lotus, 2.5.4.97=NTRCN-91310000, CN=Desk 1';

type Made = Parameters<typeof x509.X509CertificateGenerator.create>[0];

const make = async (options: Partial<Made>, signingKeys: webcrypto.CryptoKeyPair) => {
  const certificate = await x509.X509CertificateGenerator.create({
    serialNumber: '4711',
    notBefore: x509.toDate(NOW - DAY),
    notAfter: x509.toDate(NOW + DAY),
    publicKey: leafKeys.publicKey,
    signingKey: signingKeys.privateKey,
    signingAlgorithm: x509.ES256,
    subject: LEAF_NAME,
    issuer: 'CN=Middle',
    extensions: leafExtensions,
    ...options,
  });
  return certificate.toString('base64');
};

const rootOf = async (options: Partial<Made> = {}, pathLength: number | undefined = 1) =>
  make(
    {
      subject: 'CN=Root',
      issuer: 'CN=Root',
      publicKey: rootKeys.publicKey,
      extensions: await caExtensions(rootKeys, pathLength),
      ...options,
    },
    rootKeys,
  );
const middleOf = async (options: Partial<Made> = {}, pathLength: number | undefined = 0) =>
  make(
    {
      subject: 'CN=Middle',
      issuer: 'CN=Root',
      publicKey: middleKeys.publicKey,
      extensions: await caExtensions(middleKeys, pathLength),
      ...options,
    },
    rootKeys,
  );
const leafOf = (options: Partial<Made> = {}) => make(options, middleKeys);

const [ROOT, MIDDLE, GOOD_LEAF] = await Promise.all([rootOf(), middleOf(), leafOf()]);
const base = {
  chain: [GOOD_LEAF, MIDDLE],
  anchors: [CA, ROOT],
  purpose: 'access',
  revocations: [],
  now: NOW,
} as const;

test('a path over an intermediate is verified, and says whom the leaf names', async () => {
  const certificate = await verifyCertificatePath(base);
  expect(certificate).toMatchObject({
    fingerprint: await certificateFingerprint(GOOD_LEAF),
    commonName: 'Desk 1',
    organizationName: 'Hotel Lotus',
    organizationIdentifier: 'NTRCN-91310000',
    dnsNames: [],
    notBefore: NOW - DAY,
    notAfter: NOW + DAY,
  });
  expect(certificate.publicJwk).toMatchObject({ kty: 'EC', crv: 'P-256' });
});

test('the earliest end in the path is the one that counts', async () => {
  const anchors = [await rootOf({ notAfter: x509.toDate(NOW + 100) })];
  expect(await verifyCertificatePath({ ...base, anchors })).toMatchObject({ notAfter: NOW + 100 });
});

test('of two anchors with one name, the one that signed is found', async () => {
  const other = await keyPair();
  const namesake = await make(
    {
      subject: 'CN=Root',
      issuer: 'CN=Root',
      publicKey: other.publicKey,
      extensions: (await caExtensions(other, 1)).slice(0, 2),
    },
    other,
  );
  await expect(
    verifyCertificatePath({ ...base, anchors: [namesake, ROOT] }),
  ).resolves.toBeDefined();
  await expect(verifyCertificatePath({ ...base, anchors: [namesake] })).rejects.toMatchObject({
    code: 'certificate_signature_invalid',
  });
});

describe('[attack 5] [threat 2] a chain with each field wrong in turn is refused, each with its own reason', () => {
  const flip = (certificate: string, at: number) => {
    const der = Buffer.from(certificate, 'base64');
    der[at < 0 ? der.length + at : at] = (der.at(at) ?? 0) ^ 1;
    return der.toString('base64');
  };
  const withLeaf = async (options: Partial<Made>) => ({ chain: [await leafOf(options), MIDDLE] });
  const withMiddle = async (options: Partial<Made>, pathLength?: number) => ({
    chain: [GOOD_LEAF, await middleOf(options, pathLength)],
  });
  const selfSigned = () => make({ subject: LEAF_NAME, issuer: LEAF_NAME }, leafKeys);

  const table: readonly (readonly [
    why: string,
    code: string,
    change: () => Promise<object> | object,
  ])[] = [
    ['no certificate', 'certificate_chain_empty', () => ({ chain: [] })],
    [
      'four certificates',
      'certificate_chain_too_long',
      () => ({ chain: [GOOD_LEAF, MIDDLE, MIDDLE, MIDDLE] }),
    ],
    [
      'a leaf that signed itself',
      'certificate_self_signed',
      async () => ({ chain: [await selfSigned()] }),
    ],
    [
      'a self-signed leaf that is an anchor',
      'certificate_is_anchor',
      async () => {
        const leaf = await selfSigned();
        return { chain: [leaf], anchors: [leaf] };
      },
    ],
    [
      'the anchor in the chain',
      'certificate_is_anchor',
      () => ({ chain: [GOOD_LEAF, MIDDLE, ROOT] }),
    ],
    ['the intermediate missing', 'certificate_untrusted', () => ({ chain: [GOOD_LEAF] })],
    ['no anchor', 'certificate_untrusted', () => ({ anchors: [] })],
    ['the anchors of another purpose', 'certificate_untrusted', () => ({ anchors: [CA] })],
    ['the order reversed', 'certificate_chain_broken', () => ({ chain: [MIDDLE, GOOD_LEAF] })],
    [
      'a stranger between',
      'certificate_chain_broken',
      () => ({ chain: [GOOD_LEAF, LEAF, MIDDLE] }),
    ],
    ['another issuer name', 'certificate_chain_broken', () => withLeaf({ issuer: 'CN=Middl' })],
    [
      'the key identifier of another authority',
      'certificate_chain_broken',
      async () =>
        withLeaf({
          extensions: [
            ...leafExtensions,
            await x509.AuthorityKeyIdentifierExtension.create(rootKeys.publicKey),
          ],
        }),
    ],
    [
      'a leaf that another key signed',
      'certificate_signature_invalid',
      async () => ({ chain: [await make({}, rootKeys), MIDDLE] }),
    ],
    [
      'the last byte of the signature changed',
      'certificate_signature_invalid',
      () => ({ chain: [flip(GOOD_LEAF, -1), MIDDLE] }),
    ],
    [
      'one byte of the intermediate changed',
      'certificate_signature_invalid',
      () => ({ chain: [GOOD_LEAF, flip(MIDDLE, -1)] }),
    ],
    ['an expired leaf', 'certificate_expired', () => withLeaf({ notAfter: x509.toDate(NOW - 61) })],
    [
      'a leaf that is not valid yet',
      'certificate_not_yet_valid',
      () => withLeaf({ notBefore: x509.toDate(NOW + 61) }),
    ],
    [
      'an expired intermediate',
      'certificate_expired',
      () => withMiddle({ notAfter: x509.toDate(NOW - 61) }, 0),
    ],
    [
      'an intermediate that is not valid yet',
      'certificate_not_yet_valid',
      () => withMiddle({ notBefore: x509.toDate(NOW + 61) }, 0),
    ],
    [
      'an expired anchor',
      'certificate_expired',
      async () => ({ anchors: [await rootOf({ notAfter: x509.toDate(NOW - 61) })] }),
    ],
    [
      '[threat 27] a clock set a year forward',
      'certificate_expired',
      () => ({ now: NOW + 365 * DAY }),
    ],
    ['a clock that is no number', 'certificate_not_yet_valid', () => ({ now: Number.NaN })],
    [
      'a leaf that is a CA',
      'certificate_is_authority',
      () =>
        withLeaf({
          extensions: [
            ...leafExtensions,
            new x509.BasicConstraintsExtension(true, undefined, CRITICAL),
          ],
        }),
    ],
    [
      'an intermediate that is no CA',
      'certificate_not_authority',
      () => withMiddle({ extensions: leafExtensions }, 0),
    ],
    [
      'an intermediate that is a CA only uncritically',
      'certificate_not_authority',
      () =>
        withMiddle(
          {
            extensions: [
              new x509.BasicConstraintsExtension(true, 0, false),
              keyUsage(x509.KeyUsageFlags.keyCertSign),
            ],
          },
          0,
        ),
    ],
    [
      'an anchor that is no CA',
      'certificate_not_authority',
      async () => ({ anchors: [await rootOf({ extensions: leafExtensions })] }),
    ],
    [
      'a path longer than the anchor allows',
      'certificate_path_too_long',
      async () => ({ anchors: [await rootOf({}, 0)] }),
    ],
    [
      'an intermediate that may not sign certificates',
      'certificate_key_usage',
      () =>
        withMiddle(
          {
            extensions: [new x509.BasicConstraintsExtension(true, 0, CRITICAL), DIGITAL_SIGNATURE],
          },
          0,
        ),
    ],
    ['a leaf without key usage', 'certificate_key_usage', () => withLeaf({ extensions: [READER] })],
    [
      'a leaf for key agreement',
      'certificate_key_usage',
      () => withLeaf({ extensions: [keyUsage(x509.KeyUsageFlags.keyAgreement), READER] }),
    ],
    [
      'a leaf that may sign certificates too',
      'certificate_key_usage',
      () =>
        withLeaf({
          extensions: [
            keyUsage(x509.KeyUsageFlags.digitalSignature | x509.KeyUsageFlags.keyCertSign),
            READER,
          ],
        }),
    ],
    [
      'a leaf for TLS',
      'certificate_purpose',
      () =>
        withLeaf({
          extensions: [
            DIGITAL_SIGNATURE,
            new x509.ExtendedKeyUsageExtension(['1.3.6.1.5.5.7.3.1']),
          ],
        }),
    ],
    [
      'a leaf for any purpose',
      'certificate_purpose',
      () =>
        withLeaf({
          extensions: [DIGITAL_SIGNATURE, new x509.ExtendedKeyUsageExtension(['2.5.29.37.0'])],
        }),
    ],
    [
      'a leaf without a purpose',
      'certificate_purpose',
      () => withLeaf({ extensions: [DIGITAL_SIGNATURE] }),
    ],
    [
      "a verifier's leaf shown as an issuer's",
      'certificate_purpose',
      () => ({ purpose: 'credential_issuer' }),
    ],
    [
      "a verifier's leaf shown as a registrar's",
      'certificate_purpose',
      () => ({ purpose: 'registrar' }),
    ],
    ["an issuer's leaf shown as a verifier's", 'certificate_purpose', () => ({ chain: [LEAF] })],
    [
      'name constraints, though not critical',
      'certificate_name_constraints',
      async () =>
        withMiddle(
          {
            extensions: [
              ...(await caExtensions(middleKeys, 0)),
              new x509.Extension('2.5.29.30', false, Buffer.from('3000', 'hex')),
            ],
          },
          0,
        ),
    ],
    [
      'a critical extension that is not known',
      'certificate_extension_unsupported',
      () =>
        withLeaf({
          extensions: [
            ...leafExtensions,
            new x509.Extension('1.2.3.4', true, Buffer.from('0500', 'hex')),
          ],
        }),
    ],
    [
      'an extension twice',
      'certificate_malformed',
      () => withLeaf({ extensions: [...leafExtensions, READER] }),
    ],
    [
      'an extension whose contents are not DER',
      'certificate_malformed',
      () =>
        withLeaf({
          extensions: [
            ...leafExtensions,
            new x509.Extension('1.2.3.4', false, Buffer.from('308000', 'hex')),
          ],
        }),
    ],
    ['no extensions', 'certificate_key_usage', () => withLeaf({ extensions: [] })],
    [
      'a serial number of 21 bytes',
      'certificate_malformed',
      () => withLeaf({ serialNumber: '11'.repeat(21) }),
    ],
    [
      'a subject without organizationIdentifier',
      'certificate_subject_invalid',
      () => withLeaf({ subject: 'O=Hotel, CN=Desk' }),
    ],
    [
      'a subject without an organization',
      'certificate_subject_invalid',
      () => withLeaf({ subject: '2.5.4.97=NTRCN-1, CN=Desk' }),
    ],
    [
      'an organizationIdentifier of another form',
      'certificate_subject_invalid',
      () => withLeaf({ subject: 'O=Hotel, 2.5.4.97=91310000, CN=Desk' }),
    ],
    [
      'two organizationIdentifiers',
      'certificate_subject_invalid',
      () => withLeaf({ subject: 'O=Hotel, 2.5.4.97=NTRCN-1, 2.5.4.97=NTRCN-2' }),
    ],
    [
      'two common names',
      'certificate_subject_invalid',
      () => withLeaf({ subject: 'O=Hotel, 2.5.4.97=NTRCN-1, CN=a, CN=b' }),
    ],
  ];
  for (const [why, code, change] of table) {
    test(`${why}: ${code}`, async () => {
      await expect(verifyCertificatePath({ ...base, ...(await change()) })).rejects.toMatchObject({
        name: 'TrustError',
        code,
      });
    });
  }

  for (const [which, certificate] of [
    ['leaf', GOOD_LEAF],
    ['intermediate', MIDDLE],
    ['anchor', ROOT],
  ] as const) {
    test(`a revoked ${which}: certificate_revoked, from the moment of revocation on`, async () => {
      const revoked = (revoked_at: number) => async () =>
        verifyCertificatePath({
          ...base,
          revocations: [{ certificate: await certificateFingerprint(certificate), revoked_at }],
        });
      await expect(revoked(NOW)()).rejects.toMatchObject({ code: 'certificate_revoked' });
      await expect(revoked(NOW + 3600)()).resolves.toBeDefined();
    });
  }

  test('a revoked certificate with its signature turned into (r, n - s) is revoked too', async () => {
    const twin = Buffer.from(twinOf(new Uint8Array(Buffer.from(GOOD_LEAF, 'base64')))).toString(
      'base64',
    );
    const chain = [twin, MIDDLE];
    expect(twin).not.toBe(GOOD_LEAF);
    await expect(verifyCertificatePath({ ...base, chain })).resolves.toBeDefined();
    const revocations = [{ certificate: await certificateFingerprint(GOOD_LEAF), revoked_at: NOW }];
    await expect(verifyCertificatePath({ ...base, chain, revocations })).rejects.toMatchObject({
      code: 'certificate_revoked',
    });
  });

  test('any one byte of the leaf changed is refused, by whatever reason comes first', async () => {
    const size = Buffer.from(GOOD_LEAF, 'base64').length;
    for (let at = 0; at < size; at += 1) {
      const chain = [flip(GOOD_LEAF, at), MIDDLE];
      await expect(verifyCertificatePath({ ...base, chain })).rejects.toMatchObject({
        name: 'TrustError',
      });
    }
  });
});

describe('[attack 121] keys and algorithms', () => {
  for (const [why, algorithm] of [
    ['P-384', { name: 'ECDSA', namedCurve: 'P-384', hash: 'SHA-384' }],
    [
      'RSA',
      {
        name: 'RSASSA-PKCS1-v1_5',
        modulusLength: 2048,
        publicExponent: Uint8Array.of(1, 0, 1),
        hash: 'SHA-256',
      },
    ],
  ] as const) {
    test(`a ${why} key is refused`, async () => {
      const { publicKey } = await keyPair(algorithm);
      const chain = [await leafOf({ publicKey }), MIDDLE];
      await expect(verifyCertificatePath({ ...base, chain })).rejects.toMatchObject({
        code: 'certificate_algorithm_unsupported',
      });
    });
  }

  test('a signature with SHA-512 is refused', async () => {
    const chain = [await leafOf({ signingAlgorithm: { ...x509.ES256, hash: 'SHA-512' } }), MIDDLE];
    await expect(verifyCertificatePath({ ...base, chain })).rejects.toMatchObject({
      code: 'certificate_algorithm_unsupported',
    });
  });

  const der = Buffer.from(GOOD_LEAF, 'base64');
  const replace = (from: string, to: string) =>
    Buffer.from(der.toString('hex').replace(from, to), 'hex').toString('base64');
  for (const [why, certificate] of [
    [
      'an algorithm inside that is not the one outside',
      replace('300a06082a8648ce3d040302', '300a06082a8648ce3d040304'),
    ],
    ['a curve given by its parameters', replace('06082a8648ce3d030107', '30082a8648ce3d030107')],
    ['another curve of the same size', replace('2a8648ce3d030107', '2a8648ce3d030102')],
    ['a point that is not on the curve', replace('03420004', '03420006')],
  ] as const) {
    test(`${why} is refused`, async () => {
      await expect(
        verifyCertificatePath({ ...base, chain: [certificate, MIDDLE] }),
      ).rejects.toMatchObject({
        code: expect.stringMatching(/^certificate_(?:algorithm_unsupported|malformed)$/),
      });
    });
  }
});

describe('[attack 121] names are read by structure', () => {
  const ISSUER_LEAF = new x509.ExtendedKeyUsageExtension(['1.0.18013.5.1.2'], CRITICAL);
  const verifyHosts = async (names: { type: 'dns' | 'ip' | 'url' | 'email'; value: string }[]) => {
    const extensions = [
      DIGITAL_SIGNATURE,
      ISSUER_LEAF,
      new x509.SubjectAlternativeNameExtension(names),
    ];
    return verifyCertificatePath({
      ...base,
      purpose: 'credential_issuer',
      chain: [await leafOf({ extensions }), MIDDLE],
    });
  };

  test('host names, IPv4 and IPv6', async () => {
    const certificate = await verifyHosts([
      { type: 'dns', value: 'issuer.example' },
      { type: 'dns', value: 'xn--bcher-kva.example' },
      { type: 'ip', value: '127.0.0.1' },
      { type: 'ip', value: '::1' },
      { type: 'url', value: 'https://other.example' },
    ]);
    expect(certificate.dnsNames).toEqual(['issuer.example', 'xn--bcher-kva.example']);
    expect(certificate.ipAddresses).toEqual(['127.0.0.1', '::1']);
  });

  for (const value of [
    '*.example',
    'issuer.example, DNS:other.example',
    'issuer.example\0.other.example',
    'issuer.example"',
    'ISSUER.example',
    'issuer..example',
    '-issuer.example',
    'issuer.example.',
    ' issuer.example',
    '',
    'a'.repeat(64),
  ]) {
    test(`${JSON.stringify(value.slice(0, 40))} is not a host name`, async () => {
      await expect(verifyHosts([{ type: 'dns', value }])).rejects.toMatchObject({
        code: 'certificate_subject_invalid',
      });
    });
  }

  test("an issuer's certificate that names no host is refused", async () => {
    await expect(verifyHosts([{ type: 'email', value: 'a@issuer.example' }])).rejects.toMatchObject(
      {
        code: 'certificate_subject_invalid',
      },
    );
  });

  const named = (organizationName: string) =>
    new x509.Name([
      { '2.5.4.10': [{ utf8String: organizationName }] },
      { '2.5.4.97': [{ utf8String: 'NTRCN-1' }] },
    ]);
  test('a comma, an equals sign or a quotation mark in a value begins nothing', async () => {
    const organizationName = 'A, O=B", 2.5.4.97=NTRCN-2 + CN="C" #1';
    const chain = [await leafOf({ subject: named(organizationName) }), MIDDLE];
    expect(await verifyCertificatePath({ ...base, chain })).toMatchObject({
      organizationName,
      organizationIdentifier: 'NTRCN-1',
      commonName: undefined,
    });
  });

  for (const [why, value] of [
    ['NUL', 'Hotel\0Lotus'],
    ['a line end', 'Hotel\nLotus'],
    ['a terminal command', 'Hotel\u001b[2J'],
    ['a right-to-left override', 'Hotel\u202eLotus'],
    ['nothing', ''],
    ['201 characters', 'x'.repeat(201)],
  ] as const) {
    test(`a name with ${why} is refused`, async () => {
      const chain = [await leafOf({ subject: named(value) }), MIDDLE];
      await expect(verifyCertificatePath({ ...base, chain })).rejects.toMatchObject({
        code: 'certificate_subject_invalid',
      });
    });
  }
});

describe('creating', () => {
  const signer = createSigner(caKeys.privateJwk);
  const options: CertificateOptions = {
    purpose: 'access',
    subject: {
      commonName: 'Desk 1',
      organizationName: 'Hotel "Lotus", #1 飯店',
      country: 'CN',
      organizationIdentifier: 'NTRCN-91310000',
    },
    publicJwk: issuerKeys.publicJwk,
    authority: { certificate: CA, signer },
    notBefore: NOW,
    notAfter: NOW + 30 * DAY,
    random: randomBytes,
  };

  for (const purpose of ['credential_issuer', 'status', 'access', 'registrar'] as const) {
    test(`a leaf for '${purpose}' verifies for that purpose and no other`, async () => {
      const chain = [await createCertificate({ ...options, purpose, hosts: ['issuer.example'] })];
      const path = { chain, anchors: [CA], revocations: [], now: NOW } as const;
      const { subject } = options;
      expect(await verifyCertificatePath({ ...path, purpose })).toMatchObject({
        commonName: subject.commonName,
        organizationName: subject.organizationName,
        organizationIdentifier: subject.organizationIdentifier,
        dnsNames: ['issuer.example'],
        publicJwk: issuerKeys.publicJwk,
        notAfter: NOW + 30 * DAY,
      });
      for (const other of ['credential_issuer', 'status', 'access', 'registrar'] as const) {
        if (other === purpose) continue;
        await expect(verifyCertificatePath({ ...path, purpose: other })).rejects.toMatchObject({
          code: 'certificate_purpose',
        });
      }
    });
  }

  test('two certificates never have one serial number', async () => {
    const serials = await Promise.all(
      Array.from(
        { length: 20 },
        async () => new x509.X509Certificate(await createCertificate(options)).serialNumber,
      ),
    );
    expect(new Set(serials).size).toBe(20);
    expect(serials.every((serial) => /^[4-7][0-9a-f]{31}$/.test(serial))).toBe(true);
  });

  const { organizationIdentifier, ...withoutIdentifier } = options.subject;
  test('does not sign what could not be used', async () => {
    expect(organizationIdentifier).toBeDefined();
    for (const [change, code] of [
      [{ subject: withoutIdentifier }, 'certificate_subject_invalid'],
      [
        { subject: { ...options.subject, organizationName: 'a\nb' } },
        'certificate_subject_invalid',
      ],
      [{ purpose: 'credential_issuer' as const }, 'certificate_subject_invalid'],
      [{ hosts: ['*.example'] }, 'certificate_subject_invalid'],
      [{ notAfter: NOW - DAY }, 'certificate_expired'],
      [{ notBefore: NOW + 1000 * DAY }, 'certificate_expired'],
      [
        { authority: { certificate: CA, signer: createSigner(strangerKeys.privateJwk) } },
        'certificate_signature_invalid',
      ],
      [{ authority: { certificate: LEAF, signer } }, 'certificate_signature_invalid'],
    ] as const) {
      await expect(createCertificate({ ...options, ...change })).rejects.toMatchObject({
        name: 'TrustError',
        code,
      });
    }
  });

  test('refuses a signer of another algorithm', async () => {
    const authority = { certificate: CA, signer: { ...signer, alg: 'EdDSA' as const } };
    await expect(createCertificate({ ...options, authority })).rejects.toThrow(TypeError);
  });

  test('a certificate authority signs leaves, and no other authority', async () => {
    const { publicJwk, privateJwk } = await generateP256KeyPair();
    const second = await createCertificateAuthority({
      subject: { ...options.subject, commonName: 'Second' },
      publicJwk,
      signer: createSigner(privateJwk),
      notBefore: NOW,
      notAfter: NOW + DAY,
      random: randomBytes,
    });
    const certificate = new x509.X509Certificate(second);
    expect(certificate.getExtension(x509.BasicConstraintsExtension)).toMatchObject({
      ca: true,
      pathLength: 0,
      critical: true,
    });
  });
});
