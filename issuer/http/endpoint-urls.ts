/** Where the endpoints are, by configuration: no part of it ever comes from a request. */
export type EndpointUrls = {
  readonly token: string;
  readonly nonce: string;
  readonly credential: string;
  readonly statusLists: string;
};

/** @param baseUrl - An origin without a trailing slash. */
export function endpointUrls(baseUrl: string): EndpointUrls {
  return {
    token: `${baseUrl}/token`,
    nonce: `${baseUrl}/nonce`,
    credential: `${baseUrl}/credential`,
    statusLists: `${baseUrl}/status-lists`,
  };
}
