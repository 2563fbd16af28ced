import { Refusal } from '@symbolon/schemas';

/** What is looked up: all four must fit one person. */
export type RegisterQuery = {
  /** Normalised: 17 digits and a digit or `X`. */
  readonly idNumber: string;
  readonly familyName: string;
  readonly givenName: string;
  /** `YYYY-MM-DD`. */
  readonly birthdate: string;
};

/** What the register adds to a record; pictures as standard base64. */
export type RegisteredPerson = {
  /** JPEG of at most 2.5 KB. */
  readonly portrait: string | undefined;
  /** AVIF of at most 1 KB. */
  readonly portraitThumb: string | undefined;
};

/** Why the register gave no person. */
export type RegisterErrorCode = 'person_unconfirmed' | 'register_unavailable';

/** The register did not confirm the person. */
export class RegisterError extends Refusal<RegisterErrorCode> {
  override readonly name = 'RegisterError';
}

/** The population register: embedded for a demo, behind HTTP in earnest. */
export type PopulationRegister = {
  /**
   * Finds the one person with this number, name and birth date.
   *
   * @throws {@link RegisterError} `person_unconfirmed`, alike for a number that nobody has and for
   *   one that belongs to somebody else; `register_unavailable` when there was no usable answer.
   */
  readonly findPerson: (query: RegisterQuery) => Promise<RegisteredPerson>;
  readonly close: () => Promise<void>;
};

/** The one refusal for everything that the register knows and does not confirm. */
export function personUnconfirmed(): RegisterError {
  return new RegisterError(
    'person_unconfirmed',
    'the population register has no such person with this number, name and birth date',
    { hint: 'compare the record with the document letter by letter' },
  );
}
