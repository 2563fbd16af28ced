import * as v from 'valibot';
import { parseWith } from './parse-error.ts';

/** A base URL is an origin: did:web and the well-known addresses stand at its root. */
const ORIGIN =
  /^(?:https:\/\/[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?(?::\d{1,5})?|http:\/\/(?:localhost|127\.0\.0\.1|\[::1\])(?::\d{1,5})?)$/;

const count = (smallest: number, largest: number): v.GenericSchema<number> =>
  v.pipe(v.number(), v.safeInteger(), v.minValue(smallest), v.maxValue(largest));

/** An https origin, or http on the loopback interface; no path, query or fragment. */
const originSchema = v.pipe(v.string(), v.maxLength(300), v.regex(ORIGIN));

const registerSchema = v.variant('kind', [
  v.strictObject({ kind: v.literal('embedded') }),
  v.strictObject({
    kind: v.literal('http'),
    url: originSchema,
    timeout_seconds: v.optional(count(1, 60), 5),
    /** File in the data folder that holds the bearer token of the register. */
    token_file: v.optional(v.pipe(v.string(), v.maxLength(200), v.regex(/^[\w.-]+$/))),
  }),
]);

const limitsSchema = v.strictObject({
  /** Wrong codes, wrong transaction codes and bad proofs, per address; successes do not count. */
  failures_per_minute: v.optional(count(1, 100_000), 600),
  /** All requests of one address: a ceiling for floods, far above any wallet. */
  requests_per_minute: v.optional(count(10, 100_000_000), 120_000),
  body_bytes: v.optional(count(1_024, 16_777_216), 262_144),
  /** From the first byte of a request to its last. */
  request_seconds: v.optional(count(1, 600), 15),
  connections: v.optional(count(1, 1_000_000), 4_096),
});

const issuerConfigSchema = v.strictObject({
  kind: v.literal('symbolon-issuer'),
  version: v.literal(1),
  authority: v.pipe(v.string(), v.minLength(1), v.maxLength(200)),
  country: v.optional(v.pipe(v.string(), v.regex(/^[A-Z]{2}$/)), 'CN'),
  demo: v.boolean(),
  base_url: originSchema,
  listen: v.strictObject({
    host: v.pipe(v.string(), v.minLength(1), v.maxLength(253)),
    port: count(0, 65_535),
    /** A proxy of ours sends the requests on: clients are told apart by what it adds. */
    behind_proxy: v.optional(v.boolean()),
  }),
  compatibility: v.optional(v.strictObject({ draft15_proof: v.optional(v.boolean(), true) }), {
    draft15_proof: true,
  }),
  limits: v.optional(limitsSchema, {}),
  register: v.optional(registerSchema, { kind: 'embedded' }),
  validity_days: v.optional(count(1, 3_650), 365),
  batch_size: v.optional(count(1, 100), 30),
  offer_minutes: v.optional(count(1, 10_080), 15),
  log_level: v.optional(v.picklist(['debug', 'info', 'warn', 'error', 'silent']), 'info'),
});

/** `issuer.json` as it stands in the data folder, with the defaults filled in. */
export type IssuerConfigFile = v.InferOutput<typeof issuerConfigSchema>;

/** Parses `issuer.json`; an unknown or misspelt member is an error. */
export function parseIssuerConfig(input: unknown): IssuerConfigFile {
  return parseWith('issuer.json', issuerConfigSchema, input);
}
