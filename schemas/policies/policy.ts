import type { AssuranceLevel, CredentialType } from '../credential-types/credential-type.ts';
import { IDENTITY_CARD } from '../credential-types/credential-type.ts';

/** A text in one language (ETSI TS 119 475 writes purposes so). */
export type LocalisedText = { readonly lang: string; readonly value: string };

/** What a kind of counter may ask, and how fresh its evidence must be. */
export type Policy = {
  readonly name: string;
  readonly display: string;
  readonly purpose: readonly LocalisedText[];
  readonly assuranceLevel: AssuranceLevel;
  readonly credentialType: CredentialType;
  /** Claim names of the type's table. */
  readonly asks: readonly string[];
  /** Claims of {@link asks} that must be true: with any other value the request is not satisfied. */
  readonly mustBeTrue: readonly string[];
  /** May never be registered for a counter of this kind. */
  readonly neverAsks: readonly string[];
  readonly statusMaxAgeSeconds: number;
};

const HOUR_SECONDS = 3600;

/** A hotel desk: who is checking in, of age, and is it them. */
const HOTEL: Policy = {
  name: 'hotel',
  display: 'Hotel check-in',
  purpose: [
    { lang: 'en', value: 'Check-in of a guest' },
    { lang: 'zh', value: '旅客入住登记' },
  ],
  assuranceLevel: 'basic',
  credentialType: IDENTITY_CARD,
  asks: ['family_name', 'given_name', 'age_equal_or_over_18', 'portrait_thumb'],
  // A desk may check in a family: it sees who is under age, and decides.
  mustBeTrue: [],
  neverAsks: ['birthdate', 'resident_address', 'place_of_birth', 'nationalities', 'sex'],
  statusMaxAgeSeconds: 72 * HOUR_SECONDS,
};

/** An age gate: over 18, and nothing else. */
const AGE_GATE: Policy = {
  name: 'age-gate',
  display: 'Age check',
  purpose: [
    { lang: 'en', value: 'Check that the customer is 18 or older' },
    { lang: 'zh', value: '核验顾客是否年满十八周岁' },
  ],
  assuranceLevel: 'basic',
  credentialType: IDENTITY_CARD,
  asks: ['age_equal_or_over_18'],
  mustBeTrue: ['age_equal_or_over_18'],
  neverAsks: IDENTITY_CARD.claims
    .filter(({ sd, name }) => sd === 'allowed' && name !== 'age_equal_or_over_18')
    .map(({ name }) => name),
  statusMaxAgeSeconds: 72 * HOUR_SECONDS,
};

/** The policies that can be met with the credential types there are. */
export const POLICIES: readonly Policy[] = [HOTEL, AGE_GATE];

/** The policy with this name, or `undefined`. */
export function getPolicy(name: string): Policy | undefined {
  return POLICIES.find((policy) => policy.name === name);
}
