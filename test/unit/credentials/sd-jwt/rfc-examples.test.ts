import { sha256Base64Url } from '@symbolon/credentials/crypto';
import { encodeBase64Url } from '@symbolon/credentials/jose';
import { describe, expect, test } from 'vitest';
import { processPayload } from '../../../../credentials/sd-jwt/process-payload.ts';

const encode = (json: string) => encodeBase64Url(new TextEncoder().encode(json));

describe('RFC 9901 section 4.2: digests are over the text as transmitted', () => {
  test.each([
    [
      'a property (4.2.1 and 4.2.3)',
      '["_26bc4LT-ac6q2KI6cBW5es", "family_name", "Möbius"]',
      'WyJfMjZiYzRMVC1hYzZxMktJNmNCVzVlcyIsICJmYW1pbHlfbmFtZSIsICJNw7ZiaXVzIl0',
      'X9yH0Ajrdm1Oij4tWso9UzzKJvPoDxwmuEcO3XAdRC0',
    ],
    [
      'an array element (4.2.2)',
      '["lklxF5jMYlGTPUovMNIvCA", "FR"]',
      'WyJsa2x4RjVqTVlsR1RQVW92TU5JdkNBIiwgIkZSIl0',
      'w0I8EKcdCtUPkGCNUrfwVp2xEgNjtoIDlOxc9-PlOhs',
    ],
  ])('%s', async (_what, json, text, digest) => {
    expect(encode(json)).toBe(text);
    expect(await sha256Base64Url([text])).toEqual([digest]);
  });

  test('the same disclosure with other white space, or escapes, has another digest and still reads', async () => {
    const spellings = [
      '["_26bc4LT-ac6q2KI6cBW5es", "family_name", "Möbius"]',
      '["_26bc4LT-ac6q2KI6cBW5es","family_name","Möbius"]',
      '["_26bc4LT-ac6q2KI6cBW5es", "family_name", "M\\u00f6bius"]',
    ].map(encode);
    const digests = await sha256Base64Url(spellings);
    expect(new Set(digests).size).toBe(3);
    for (const [index, text] of spellings.entries()) {
      const { payload } = await processPayload({ _sd: [digests[index] ?? ''] }, [text]);
      expect(payload).toEqual({ family_name: 'Möbius' });
    }
  });
});

describe('RFC 9901 section 4.2.6: recursive disclosures', () => {
  const DE = ['16_mAd0GiwaZokU26_0i0h', 'DE'];
  const FR = ['fn9fN0rD-fFs2n303ZI-0c', 'FR'];
  const UK = ['YIKesqOkXXNzMQtsX_-_lw', 'UK'];
  const elements = [DE, FR, UK].map((disclosure) => encode(JSON.stringify(disclosure)));
  const [de = '', fr = ''] = elements;

  const build = async () => {
    const digests = await sha256Base64Url(elements);
    // Line breaks and all, as the specification prints it.
    const array = digests.map((each) => `        { "...": "${each}" }`).join(',\n');
    const nationalities = encode(
      `["4drfeTtSUK3aY_-PF12gcX","nationalities",\n    [\n${array}\n    ]\n]`,
    );
    const [digest = ''] = await sha256Base64Url([nationalities]);
    return { digests, digest, nationalities };
  };

  test('the digests are those of the specification', async () => {
    const { digests, digest } = await build();
    expect([digest, ...digests]).toEqual([
      '5G1srw3RG5W4pVTwSsYxeOWosRBbzd18ZoWKkC-hBL4',
      'PmnlrRjhLcwf8zTDdK15HVGwHtPYjddvD362WjBLwro',
      'r823HFN6Ba_lpSANYtXqqCBAH-TsQlIzfOK0lRAFLCM',
      'nP5GYjwhFm6ESlAeC4NCaIliW4tz0hTrUeoJB3lb5TA',
    ]);
  });

  test('DE alone, or DE and FR, with the array that they stand in', async () => {
    const { digest, nationalities } = await build();
    const issued = { family_name: 'Möbius', _sd: [digest] };
    expect((await processPayload(issued, [de, nationalities])).payload).toEqual({
      family_name: 'Möbius',
      nationalities: ['DE'],
    });
    expect((await processPayload(issued, [nationalities, fr, de])).payload).toEqual({
      family_name: 'Möbius',
      nationalities: ['DE', 'FR'],
    });
    expect((await processPayload(issued, [nationalities])).payload).toMatchObject({
      nationalities: [],
    });
  });

  test('DE without the array that it stands in is refused', async () => {
    const { digest } = await build();
    await expect(processPayload({ _sd: [digest] }, [de])).rejects.toMatchObject({
      code: 'disclosure_unreferenced',
    });
  });
});
