import type { AddressInfo, Server } from 'node:net';
import { askRunningIssuer } from '../control/control-client.ts';
import { type ControlServer, openControlServer } from '../control/control-server.ts';
import { performAction } from '../control/perform-action.ts';
import { IssuerError } from '../error.ts';
import { createIssuerServer } from '../http/issuer-server.ts';
import { createLog } from '../http/log.ts';
import type { Issuer } from '../issuer.ts';
import { openIssuer } from '../open-issuer.ts';

/** What a service says to whoever has started it. */
export type ServiceVoice = {
  /** It listens. */
  readonly ready: (address: AddressInfo, config: Issuer['config']) => void;
};

/** How long requests under way may take to finish once the service is told to stop. */
const GRACE_MILLISECONDS = 10_000;
/** How long to wait for a command that is using the folder. */
const WAIT_MILLISECONDS = 5_000;

/**
 * Runs the service of a data folder until SIGTERM or SIGINT: then it takes no more requests,
 * finishes those under way, and closes everything.
 *
 * @throws {@link IssuerError} `folder_in_use`, `address_in_use`; what opening the authority throws.
 */
export async function runService(
  folder: string,
  passphrase: string,
  voice: ServiceVoice,
): Promise<void> {
  if ((await askRunningIssuer(folder, { action: 'health' })) !== undefined) {
    throw new IssuerError('folder_in_use', "another 'issuer serve' runs on the data folder");
  }
  const stop = stopSignal();
  const issuer = await openIssuer(folder, { passphrase, waitMilliseconds: WAIT_MILLISECONDS });
  try {
    const { config } = issuer;
    const log = createLog(config.logLevel);
    const server = createIssuerServer(issuer, log);
    const address = await listen(server, config.listen);
    const control = await openControlServer(
      folder,
      (request) => performAction(issuer, request),
      (error) => log.error({ fault: faultName(error) }, 'a command met a fault of ours'),
    );
    voice.ready(address, config);
    await stop;
    await shutDown(server, control);
    log.flush();
  } finally {
    await issuer.close();
  }
}

/** Resolves at the first request to stop; a second one ends the process as usual. */
function stopSignal(): Promise<void> {
  return new Promise((resolve) => {
    process.once('SIGTERM', () => resolve());
    process.once('SIGINT', () => resolve());
  });
}

function listen(server: Server, { host, port }: Issuer['config']['listen']): Promise<AddressInfo> {
  return new Promise((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) => {
      const hint = "see 'listen' in issuer.json";
      const message = `cannot listen on ${host} port ${port} (${cause.code ?? 'unknown'})`;
      reject(new IssuerError('address_in_use', message, { cause, hint }));
    });
    server.listen(port, host, () => {
      const address = server.address();
      if (typeof address === 'object' && address !== null) resolve(address);
    });
  });
}

async function shutDown(
  server: Server & { readonly closeAllConnections?: () => void },
  control: ControlServer,
): Promise<void> {
  const closed = new Promise((resolve) => server.close(resolve));
  const deadline = setTimeout(() => server.closeAllConnections?.(), GRACE_MILLISECONDS);
  await Promise.all([closed, control.close()]);
  clearTimeout(deadline);
}

function faultName(error: unknown): string {
  return error instanceof Error ? error.name : 'unknown';
}
