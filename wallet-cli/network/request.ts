import { WalletError } from '../error.ts';

/** One HTTP request of the wallet. */
export type OutgoingRequest = {
  readonly method: 'GET' | 'POST';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  /** The answer is refused when its body, decompressed, is longer. */
  readonly maxBytes: number;
};

/** What came back, whatever its status. */
export type IncomingResponse = {
  readonly status: number;
  /** Lower case, without parameters; empty when there is none. */
  readonly mediaType: string;
  readonly header: (name: string) => string | undefined;
  readonly body: string;
};

/** The network, as every step of the wallet is given it. */
export type Request = (request: OutgoingRequest) => Promise<IncomingResponse>;

const TIME_LIMIT_MS = 10_000;
const LOOPBACK = /^(?:localhost|127\.0\.0\.1|\[::1\])$/;

/**
 * The network within limits: https, or http on the loopback interface; no redirect is followed;
 * size and time of the whole answer are bounded; no cookie, no referrer, nothing is cached.
 *
 * @throws {@link WalletError} (from the returned function) `location_refused`, `unreachable`,
 *   `too_slow`, `redirect_refused`, `response_too_large`, `response_unexpected` for a body that is
 *   not UTF-8.
 */
export function createRequest({ timeLimitMs }: { readonly timeLimitMs: number }): Request {
  return async (outgoing) => {
    const url = parseLocation(outgoing.url);
    const signal = AbortSignal.timeout(timeLimitMs);
    try {
      return await exchange(url, outgoing, signal);
    } catch (error) {
      if (error instanceof WalletError) throw error;
      if (signal.aborted) {
        throw new WalletError('too_slow', `no full answer within ${timeLimitMs / 1000} s`, {
          cause: error,
          hint: 'try again later, or on another network',
        });
      }
      throw new WalletError('unreachable', `${url.host} cannot be reached`, {
        cause: error,
        hint: 'check the network connection, and that the service is running',
      });
    }
  };
}

/** {@link createRequest} with the time limit of the product. */
export const requestWithinLimits: Request = createRequest({ timeLimitMs: TIME_LIMIT_MS });

/**
 * A URL that may be fetched.
 *
 * @throws {@link WalletError} `location_refused` unless it is https, or http on the loopback
 *   interface, without user, password and fragment.
 */
export function parseLocation(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isAllowed =
    url !== undefined &&
    (url.protocol === 'https:' || (url.protocol === 'http:' && LOOPBACK.test(url.hostname))) &&
    url.username === '' &&
    url.password === '' &&
    url.hash === '';
  if (isAllowed) return url;
  throw new WalletError('location_refused', 'only https locations are fetched', {
    hint: 'http is accepted on the loopback interface of this machine alone',
  });
}

async function exchange(
  url: URL,
  { method, headers, body, maxBytes }: OutgoingRequest,
  signal: AbortSignal,
): Promise<IncomingResponse> {
  const response = await fetch(url, {
    method,
    headers,
    ...(body === undefined ? {} : { body }),
    redirect: 'manual',
    credentials: 'omit',
    referrerPolicy: 'no-referrer',
    cache: 'no-store',
    signal,
  });
  if (response.status >= 300 && response.status < 400) {
    await response.body?.cancel();
    throw new WalletError('redirect_refused', `${url.host} answers with a redirect`, {
      hint: 'the wallet follows none; ask the authority for a new offer or location',
    });
  }
  const bytes = await readBody(response, maxBytes);
  return {
    status: response.status,
    mediaType:
      (response.headers.get('content-type') ?? '').split(';')[0]?.trim().toLowerCase() ?? '',
    header: (name) => response.headers.get(name) ?? undefined,
    body: decodeText(bytes),
  };
}

async function readBody(response: Response, maxBytes: number): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  // Leaving the loop cancels the body: nothing more is read from the network.
  for await (const chunk of response.body ?? []) {
    length += chunk.length;
    if (length > maxBytes) {
      throw new WalletError('response_too_large', `the answer is larger than ${maxBytes} bytes`);
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function decodeText(bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new WalletError('response_unexpected', 'the answer is not UTF-8 text', { cause });
  }
}
