import {
  checkValidityPeriod,
  processDisclosures,
  verifyIssuerSignature,
} from '@symbolon/credentials/check';
import {
  type CredentialFormat,
  type CredentialType,
  type EpochSeconds,
  getCredentialTypeByVct,
  type JsonObject,
  type JsonValue,
  type PublicJwk,
} from '@symbolon/schemas';
import { findIssuerKey, type Status, type TrustBundle } from '@symbolon/trust/check';
import { JudgeError } from './error.ts';
import { checkHolder, findHolderKey, type HolderExpectation } from './holder.ts';
import { parseCredential, type UnverifiedCredential } from './parse-credential.ts';
import { checkStatus, type StatusExpectation } from './status.ts';
import { type CheckName, CheckNotRun, decide, type Verdict } from './verdict.ts';

/** What a credential is judged by; everything is required. */
export type CredentialExpectations = {
  readonly format: CredentialFormat;
  readonly bundle: TrustBundle;
  /** The trusted time: the clock, never behind the newest signed time seen. */
  readonly now: EpochSeconds;
  readonly status: StatusExpectation;
  readonly holder: HolderExpectation;
};

/** What the last check looks at. It is believed only when every other check has passed too. */
export type JudgedCredential = {
  readonly format: CredentialFormat;
  readonly type: CredentialType;
  /** `iss`: an https URL or a did:web. */
  readonly issuer: string;
  /** `dc+sd-jwt`: the processed payload; W3C forms: the credential itself. */
  readonly claims: JsonObject;
  /** What was disclosed selectively, one path for each disclosure. */
  readonly disclosedPaths: readonly (readonly (string | number)[])[];
  readonly holderKey: PublicJwk;
  /** `exp`, where there is one. */
  readonly expiresAt: EpochSeconds | undefined;
  /** `undefined` when the status check did not pass, or could not be told and need not be. */
  readonly status: Status | undefined;
};

/**
 * Judges one credential by all eight checks, each on its own as far as that can be: what a later
 * check needs of an earlier one that failed makes it a check that was not run, and so a failed one.
 *
 * @param compact - A credential or a presentation, as it came.
 * @param satisfy - The last check: throws unless this is what was asked for, and returns what the
 *   verdict may tell of it. Its result comes out only when every check passed.
 */
export function judgeCredential<Claims>(
  compact: string,
  expectations: CredentialExpectations,
  satisfy: (credential: JudgedCredential) => Claims | Promise<Claims>,
): Promise<Verdict<Claims>> {
  const examination = new Examination(compact, expectations);
  const satisfied: Claims[] = [];
  return decide(
    [
      { name: 'format', run: () => examination.parse() },
      { name: 'issuer_trusted', run: () => examination.findIssuerKey() },
      { name: 'issuer_signature', run: () => examination.verifySignature() },
      { name: 'disclosures', run: () => examination.processDisclosures() },
      { name: 'validity_period', run: () => examination.checkValidity() },
      { name: 'status', run: () => examination.checkStatus() },
      { name: 'holder_binding', run: () => examination.checkHolder() },
      {
        name: 'request_satisfied',
        run: async () => {
          satisfied.push(await satisfy(examination.judged()));
        },
      },
    ],
    () => {
      const [claims] = satisfied;
      if (claims === undefined) throw new TypeError('the last check must return what it found');
      return claims;
    },
  );
}

/** The checks of one credential, and what they have found so far. */
class Examination {
  readonly #compact: string;
  readonly #expectations: CredentialExpectations;
  #credential: UnverifiedCredential | undefined;
  #issuerKey: PublicJwk | undefined;
  #processed: Pick<JudgedCredential, 'claims' | 'disclosedPaths'> | undefined;
  #status: Status | undefined;

  constructor(compact: string, expectations: CredentialExpectations) {
    this.#compact = compact;
    this.#expectations = expectations;
  }

  parse(): void {
    this.#credential = parseCredential(this.#compact, this.#expectations.format);
  }

  findIssuerKey(): void {
    const { bundle, now } = this.#expectations;
    const { issuer, kid, x5c, vct } = this.#parsed();
    if (issuer === undefined || kid === undefined) {
      throw new JudgeError('issuer_unnamed', "the credential has no 'iss' or no 'kid'");
    }
    if (vct === undefined) throw unknownType();
    const query = { issuer, kid, x5c, use: 'credential', credentialType: vct } as const;
    this.#issuerKey = findIssuerKey(bundle, query, now);
  }

  async verifySignature(): Promise<void> {
    const key = needed(this.#issuerKey, 'issuer_trusted');
    await verifyIssuerSignature(this.#parsed(), key);
  }

  async processDisclosures(): Promise<void> {
    const { sdJwt, jws } = this.#parsed();
    if (sdJwt === undefined) {
      // A JWT credential shows everything, and nothing can be added to it.
      const { vc } = jws.payload;
      this.#processed = { claims: isObject(vc) ? vc : {}, disclosedPaths: [] };
    } else {
      const { payload, disclosedPaths } = await processDisclosures(sdJwt);
      this.#processed = { claims: payload, disclosedPaths };
    }
  }

  checkValidity(): void {
    const { sdJwt, jws } = this.#parsed();
    // With what was disclosed in its place, where that can be told: `iat` may be disclosed.
    const shown = sdJwt === undefined ? undefined : this.#processed?.claims;
    checkValidityPeriod(shown ?? jws.payload, this.#expectations.now);
  }

  async checkStatus(): Promise<void> {
    const { bundle, now, status: expected } = this.#expectations;
    const { issuer = '' } = this.#parsed();
    this.#status = await checkStatus(this.#parsed(), { bundle, issuer, now, expected });
  }

  async checkHolder(): Promise<void> {
    await checkHolder(this.#parsed(), this.#expectations.holder);
  }

  judged(): JudgedCredential {
    const { format, issuer = '', vct = '', jws } = this.#parsed();
    const type = getCredentialTypeByVct(vct);
    if (type === undefined) throw unknownType();
    const { exp } = jws.payload;
    return {
      ...needed(this.#processed, 'disclosures'),
      format,
      type,
      issuer,
      holderKey: findHolderKey(this.#parsed()),
      expiresAt: typeof exp === 'number' ? exp : undefined,
      status: this.#status,
    };
  }

  #parsed(): UnverifiedCredential {
    return needed(this.#credential, 'format');
  }
}

function needed<Value>(value: Value | undefined, check: CheckName): Value {
  if (value === undefined) throw new CheckNotRun(check);
  return value;
}

function unknownType(): JudgeError {
  return new JudgeError('credential_type_unknown', 'the credential is of a type that is not known');
}

function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
