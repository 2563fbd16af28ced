import type { ClaimPath } from '../claim-path.ts';

/** Whether the holder may leave a claim out (SD-JWT VC section 4.6.2, `sd`). */
export type SelectiveDisclosure = 'allowed' | 'never';

/**
 * One row of the table that says where a claim lives: policies name claims, this gives the paths.
 * In the W3C forms the same path stands below `credentialSubject`.
 */
export type ClaimRow = {
  readonly name: string;
  readonly path: ClaimPath;
  readonly sd: SelectiveDisclosure;
  /** Present in every credential of the type. */
  readonly mandatory: boolean;
  /** What a person reads when asked whether to reveal it. */
  readonly display: string;
};

/** The ages that a card attests, each as a disclosure of its own. */
export const ATTESTED_AGES = [12, 14, 16, 18, 21, 60, 65] as const;

const plain = (name: string, display: string, mandatory: boolean): ClaimRow => ({
  name,
  path: [name],
  sd: 'allowed',
  mandatory,
  display,
});

const verification = (member: string, display: string, sd: SelectiveDisclosure): ClaimRow => ({
  name: member,
  path: ['verified_claims', 'verification', member],
  sd,
  mandatory: sd === 'never',
  display,
});

/** Claims of the identity card. */
export const IDENTITY_CARD_CLAIMS: readonly ClaimRow[] = [
  plain('family_name', 'Family name', true),
  plain('given_name', 'Given name', true),
  plain('birthdate', 'Date of birth', true),
  ...ATTESTED_AGES.map(
    (age): ClaimRow => ({
      name: `age_equal_or_over_${age}`,
      path: ['age_equal_or_over', String(age)],
      sd: 'allowed',
      mandatory: true,
      display: `${age} or older`,
    }),
  ),
  plain('sex', 'Sex', true),
  plain('nationalities', 'Nationalities', true),
  plain('place_of_birth', 'Place of birth', false),
  plain('resident_address', 'Address', false),
  plain('portrait', 'Portrait', false),
  plain('portrait_thumb', 'Small portrait', false),
  plain('date_of_expiry', 'Date of expiry', true),
  { ...plain('issuing_authority', 'Issuing authority', true), sd: 'never' },
  { ...plain('issuing_country', 'Issuing country', true), sd: 'never' },
  verification('trust_framework', 'Trust framework', 'never'),
  verification('assurance_level', 'Assurance level', 'never'),
  verification('time', 'Day of verification', 'allowed'),
  verification('assurance_process', 'How the person was verified', 'allowed'),
  verification('evidence', 'What was verified', 'allowed'),
];
