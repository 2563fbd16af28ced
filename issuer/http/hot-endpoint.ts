import type { IncomingMessage } from 'node:http';

/**
 * Answers one request.
 *
 * @returns JSON text, which is sent with 200.
 * @throws Anything that `errorAnswer` knows.
 */
export type HotEndpoint = (request: IncomingMessage) => Promise<string>;
