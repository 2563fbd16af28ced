import type { DocumentSource } from './documents.ts';
import { createOpenApi } from './openapi.ts';
import { RequestError } from './request-error.ts';
import type { ServerParts } from './server-parts.ts';

const READY_SECONDS = 3;

/** `/healthz`: the process answers. */
export function healthDocument(): DocumentSource {
  return async () => ({
    mediaType: 'application/json',
    body: '{"status":"alive"}',
    maxAgeSeconds: 0,
  });
}

/** `/readyz`: the store takes a write within three seconds. */
export function readinessDocument({ issuer }: ServerParts): DocumentSource {
  return async () => {
    const healthy = await within(READY_SECONDS, issuer.store.checkHealth());
    if (!healthy) throw new RequestError('not_ready', 'the store does not answer');
    return { mediaType: 'application/json', body: '{"status":"ready"}', maxAgeSeconds: 0 };
  };
}

/** `/metrics`, in the text format of Prometheus; a proxy keeps it from the public. */
export function metricsDocument({ metrics }: ServerParts): DocumentSource {
  return async () => ({
    mediaType: metrics.contentType,
    body: await metrics.text(),
    maxAgeSeconds: 0,
  });
}

/** `/openapi.json`: this surface, described. */
export function openApiDocument({ issuer }: ServerParts): DocumentSource {
  const body = JSON.stringify(createOpenApi(issuer.config.baseUrl));
  return async () => ({ mediaType: 'application/json', body, maxAgeSeconds: 300 });
}

async function within(seconds: number, work: Promise<void>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), seconds * 1000);
  });
  try {
    return await Promise.race([
      work.then(
        () => true,
        () => false,
      ),
      tooLate,
    ]);
  } finally {
    clearTimeout(timer);
  }
}
