import type { ClaimPath, JsonObject } from '@symbolon/schemas';
import { NOW } from '../unit/trust/support/authority.ts';

const DAY = 86_400;
const TODAY = NOW - (NOW % DAY);

/** Entries of the status list of the bench. */
export const STATUS_ENTRIES = 1_000_000;

/** 15 claims: 2 nested objects, 1 array, 1 that is not ASCII. */
export const PERSON: JsonObject = {
  family_name: '王',
  given_name: 'Xiaoming Alexander',
  birthdate: '1990-03-14',
  age_equal_or_over_18: true,
  age_equal_or_over_21: true,
  age_equal_or_over_65: false,
  sex: 1,
  nationalities: ['CN', 'DE'],
  place_of_birth: { country: 'CN', region: 'Zhejiang', locality: 'Hangzhou' },
  resident_address: {
    formatted: '88 Wensan Road, Xihu District, 310012 Hangzhou',
    country: 'CN',
    region: 'Zhejiang',
    locality: 'Hangzhou',
    postal_code: '310012',
    street_address: '88 Wensan Road',
  },
  email: 'xiaoming@example.com',
  phone_number: '+86 571 8888 0000',
  date_of_expiry: '2027-11-25',
  personal_administrative_number: 'A-0001-2345-6789',
  document_number: 'D-9876-5432-10',
};

/** Every claim of the person, each a disclosure of its own. */
export const DISCLOSABLE: readonly ClaimPath[] = Object.keys(PERSON).map((name) => [name]);

/** The five that a hotel asks for. */
export const SHOWN: readonly ClaimPath[] = [
  ['family_name'],
  ['given_name'],
  ['birthdate'],
  ['nationalities'],
  ['age_equal_or_over_18'],
];

/** What stands beside the person. */
export const CARD_CLAIMS = {
  iss: 'https://issuer.example',
  vct: 'urn:symbolon:identity-card:1',
  iat: TODAY,
  nbf: TODAY,
  exp: TODAY + 365 * DAY,
};
