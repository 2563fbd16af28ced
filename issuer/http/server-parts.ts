import type { IncomingMessage } from 'node:http';
import type { Logger } from 'pino';
import type { Issuer } from '../issuer.ts';
import type { AddressLimits } from './address-limits.ts';
import type { EndpointUrls } from './endpoint-urls.ts';
import type { Metrics } from './metrics.ts';

/** What the endpoints of one server share. */
export type ServerParts = {
  readonly issuer: Issuer;
  readonly urls: EndpointUrls;
  readonly limits: AddressLimits;
  /** What limits are counted by. */
  readonly addressOf: (request: IncomingMessage) => string;
  readonly log: Logger;
  readonly metrics: Metrics;
};
