import type { JsonObject, SdJwtFormat } from '@symbolon/schemas';

/** What a credential says of itself, before anybody has checked that it is true. */
export type Description = {
  /** `iss`, or the `issuer` of data model 2.0. */
  readonly issuer: string | undefined;
  /** The `vct`, or the `type` of data model 2.0. */
  readonly typeNames: readonly string[];
};

/** The rules that a format adds to SD-JWT. */
export type Profile = {
  /** Also the `typ` of the issuer-signed JWT. */
  readonly format: SdJwtFormat;
  /** Top-level members that, with all that is in them, are never selectively disclosable. */
  readonly plainMembers: ReadonlySet<string>;
  /** Checks the shape of an issuer-signed JWT; throws ParseError or CredentialError. */
  readonly describe: (header: JsonObject, payload: JsonObject) => Description;
};
