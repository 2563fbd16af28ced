import { ParseError } from '@symbolon/schemas';
import { parseIssuerConfig } from '@symbolon/schemas/issuer-config';

/** Where the population register is. */
export type RegisterConfig =
  | { readonly kind: 'embedded' }
  | {
      readonly kind: 'http';
      readonly url: string;
      readonly timeoutSeconds: number;
      /** A file in the data folder; `undefined` when the register asks for no token. */
      readonly tokenFile: string | undefined;
    };

/** What one address, and one request, may cost. */
type Limits = {
  readonly failuresPerMinute: number;
  readonly requestsPerMinute: number;
  readonly bodyBytes: number;
  readonly requestSeconds: number;
  readonly connections: number;
};

/** `issuer.json` of the data folder: everything that an operator decides. */
export type IssuerConfig = {
  readonly authority: string;
  /** ISO 3166-1 alpha-2, in credentials as `issuing_country` and in certificates. */
  readonly country: string;
  readonly demo: boolean;
  /** An origin without a trailing slash; the credential issuer identifier. */
  readonly baseUrl: string;
  readonly listen: {
    readonly host: string;
    readonly port: number;
    /** The last address of `X-Forwarded-For`, which a proxy of ours has added, is the client's. */
    readonly behindProxy?: boolean | undefined;
  };
  readonly compatibility: { readonly draft15Proof: boolean };
  readonly limits: Limits;
  readonly register: RegisterConfig;
  readonly validityDays: number;
  /** Most credentials in one request (`batch_credential_issuance.batch_size`). */
  readonly batchSize: number;
  readonly offerSeconds: number;
  readonly logLevel: 'debug' | 'info' | 'warn' | 'error' | 'silent';
};

/**
 * Reads the configuration from the text of `issuer.json`.
 *
 * @throws {@link ParseError} naming the first member that is not acceptable.
 */
export function parseConfig(text: string): IssuerConfig {
  const file = parseIssuerConfig(parseJsonText(text));
  const { limits, register } = file;
  return {
    authority: file.authority,
    country: file.country,
    demo: file.demo,
    baseUrl: file.base_url,
    listen: {
      host: file.listen.host,
      port: file.listen.port,
      behindProxy: file.listen.behind_proxy,
    },
    compatibility: { draft15Proof: file.compatibility.draft15_proof },
    limits: {
      failuresPerMinute: limits.failures_per_minute,
      requestsPerMinute: limits.requests_per_minute,
      bodyBytes: limits.body_bytes,
      requestSeconds: limits.request_seconds,
      connections: limits.connections,
    },
    register:
      register.kind === 'embedded'
        ? register
        : {
            kind: 'http',
            url: register.url,
            timeoutSeconds: register.timeout_seconds,
            tokenFile: register.token_file,
          },
    validityDays: file.validity_days,
    batchSize: file.batch_size,
    offerSeconds: file.offer_minutes * 60,
    logLevel: file.log_level,
  };
}

function parseJsonText(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new ParseError('issuer.json', '', 'JSON');
  }
}
