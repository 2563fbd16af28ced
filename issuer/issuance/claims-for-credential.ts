import {
  ATTESTED_AGES,
  type CredentialType,
  type EpochSeconds,
  type JsonObject,
  type JsonValue,
  TRUST_FRAMEWORK,
} from '@symbolon/schemas';
import type { PersonRecord } from '@symbolon/schemas/enrolment-record';
import type { AgentPart } from '../agent-part.ts';
import type { Issuer } from '../issuer.ts';
import {
  type EnrolledPerson,
  type OpenedEnrolment,
  openSealedEnrolment,
} from '../store/sealed-enrolment.ts';
import { calendarDayOf } from './calendar-day.ts';
import { EnrolmentError } from './enrolment-error.ts';

/** What a credential says of itself, beside the person. */
export type CredentialFrame = {
  readonly type: CredentialType;
  readonly issuingAuthority: string;
  /** ISO 3166-1 alpha-2. */
  readonly issuingCountry: string;
  /** The day that ages are reckoned on: a whole UTC day, like the next. */
  readonly issuedOn: EpochSeconds;
  /** `exp`: the card is valid until the end of the day before, which is printed on it. */
  readonly expiresOn: EpochSeconds;
};

/**
 * Opens an enrolment to issue for it.
 *
 * @throws {@link EnrolmentError} `enrolment_unknown` when there is none or it was erased;
 *   `enrolment_not_living` when it is suspended or revoked.
 */
export async function openLivingEnrolment(
  { store, agent }: Pick<Issuer, 'store'> & AgentPart<'wrappingKey'>,
  enrolmentId: string,
): Promise<OpenedEnrolment> {
  const stored = await store.getEnrolment(enrolmentId);
  if (stored === undefined) {
    throw new EnrolmentError('enrolment_unknown', 'there is no such enrolment');
  }
  if (stored.state !== 'living') {
    throw new EnrolmentError('enrolment_not_living', `the enrolment is ${stored.state}`);
  }
  return openSealedEnrolment(stored, agent.wrappingKey);
}

/**
 * The claims of a credential about a person, as the table of its type names them: what stands at
 * the top of an SD-JWT VC and under `credentialSubject` in the W3C forms. Only those of the table;
 * none of the identity number, the enrolment or the operator.
 */
export function claimsForCredential(enrolled: EnrolledPerson, frame: CredentialFrame): JsonObject {
  const all = allClaims(enrolled, frame);
  const names = new Set(frame.type.claims.map(({ path }) => String(path[0])));
  return Object.fromEntries(
    Object.entries(all).filter(
      (entry): entry is [string, JsonValue] => names.has(entry[0]) && entry[1] !== undefined,
    ),
  );
}

function allClaims(
  { person, assuranceLevel }: EnrolledPerson,
  { issuingAuthority, issuingCountry, issuedOn, expiresOn }: CredentialFrame,
): Readonly<Record<string, JsonValue | undefined>> {
  return {
    family_name: person.family_name,
    given_name: person.given_name,
    birthdate: person.birthdate,
    age_equal_or_over: agesReached(person.birthdate, calendarDayOf(issuedOn)),
    sex: person.sex,
    nationalities: person.nationalities,
    place_of_birth: withoutGaps(person.place_of_birth),
    resident_address: withoutGaps(person.resident_address),
    portrait: person.portrait && `data:image/jpeg;base64,${person.portrait}`,
    portrait_thumb: person.portrait_thumb && `data:image/avif;base64,${person.portrait_thumb}`,
    issuing_authority: issuingAuthority,
    issuing_country: issuingCountry,
    date_of_expiry: calendarDayOf(expiresOn - 1),
    verified_claims: { verification: verificationOf(person, assuranceLevel) },
  };
}

/** An age is reached on the birthday; who was born on 29 February reaches it on 1 March. */
function agesReached(birthdate: string, today: string): JsonObject {
  const monthAndDay = birthdate.slice(4);
  const year = Number(birthdate.slice(0, 4));
  return Object.fromEntries(
    ATTESTED_AGES.map((age) => [
      String(age),
      `${String(year + age).padStart(4, '0')}${monthAndDay}` <= today,
    ]),
  );
}

/** In the words of OpenID Identity Assurance; `evidence` says what was checked, not by whom. */
function verificationOf({ vouching }: PersonRecord, assuranceLevel: string): JsonObject {
  const { date, document } = vouching;
  return {
    trust_framework: TRUST_FRAMEWORK,
    assurance_level: assuranceLevel,
    time: date,
    assurance_process: {
      policy: 'urn:symbolon:policy:operator-vouched:1',
      procedure: 'seen_in_person',
    },
    evidence: [
      {
        type: 'electronic_record',
        check_details: [{ check_method: 'data' }],
        record: { type: 'population_register' },
      },
      ...(document === undefined
        ? []
        : [
            {
              type: 'document',
              check_details: [{ check_method: 'vpip' }],
              document_details: {
                type: document.type,
                ...(document.issuing_country === undefined
                  ? {}
                  : { issuer: { country_code: document.issuing_country } }),
              },
            },
          ]),
    ],
  };
}

function withoutGaps(
  members: Readonly<Record<string, string | undefined>> | undefined,
): JsonObject | undefined {
  return (
    members &&
    Object.fromEntries(
      Object.entries(members).filter((entry): entry is [string, string] => entry[1] !== undefined),
    )
  );
}
