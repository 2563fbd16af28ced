import { type ControlRequest, parseControlRequest } from '@symbolon/schemas/issuer-control';
import type { CommandContext } from '@symbolon/terminal';
import { askRunningIssuer } from '../control/control-client.ts';
import { readConfig } from '../data-folder.ts';
import { IssuerError } from '../error.ts';
import { issuerPassphrase } from './issuer-passphrase.ts';

/** How long to wait for other commands on the same folder. */
const WAIT_MILLISECONDS = 30_000;
/** Between two looks whether a service has started in the meantime. */
const STEP_MILLISECONDS = 500;

/**
 * Has the authority do something: the running service if there is one, else this process, which
 * takes the folder's lock for it.
 *
 * @returns The result, to be parsed by the command.
 */
export async function runAction(
  context: CommandContext,
  request: ControlRequest,
): Promise<Readonly<Record<string, unknown>>> {
  const { home, terminal } = context;
  parseControlRequest(request);
  await readConfig(home);
  let passphrase: string | undefined;
  const deadline = performance.now() + WAIT_MILLISECONDS;
  for (;;) {
    const answer = await askRunningIssuer(home, request);
    if (answer !== undefined) return answer;
    passphrase ??= await issuerPassphrase(context);
    const { openIssuer } = await import('../open-issuer.ts');
    const { performAction } = await import('../control/perform-action.ts');
    const options = { passphrase, waitMilliseconds: STEP_MILLISECONDS };
    const issuer = await openIssuer(home, options).catch((error: unknown) => {
      // A service that has just started holds the lock before its socket is there.
      const busy = error instanceof IssuerError && error.code === 'folder_in_use';
      if (!busy || performance.now() >= deadline) throw error;
      return undefined;
    });
    if (issuer === undefined) continue;
    try {
      return await terminal.progress('working', () => performAction(issuer, request));
    } finally {
      await issuer.close();
    }
  }
}
