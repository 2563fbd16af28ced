import { join } from 'node:path';
import { type Random, randomBytes } from '@symbolon/credentials/crypto';
import type { EpochSeconds } from '@symbolon/schemas';
import { openIssuerAgent } from './agent/open-issuer-agent.ts';
import { FOLDER_FILES, lockDataFolder, readConfig } from './data-folder.ts';
import type { Issuer } from './issuer.ts';
import { openRegister } from './register/open-register.ts';
import { openStatusLists } from './status/open-status-lists.ts';
import { openSqliteStore } from './store/sqlite-store.ts';
import { systemNow } from './system-now.ts';
import { createTrustBundles } from './trust-bundle/trust-bundles.ts';

/** How an authority is opened; the clock and the dice may be others in tests. */
export type OpenOptions = {
  readonly passphrase: string;
  /** How long to wait for another command on the same folder; half a minute by default. */
  readonly waitMilliseconds?: number;
  readonly now?: () => EpochSeconds;
  readonly random?: Random;
};

const WAIT_MILLISECONDS = 30_000;

/**
 * Opens the authority of a data folder and takes the folder's lock until it is closed.
 *
 * @throws {@link IssuerError} `authority_missing`, `folder_in_use`; {@link AgentError};
 *   {@link ParseError} for a wrong `issuer.json`.
 */
export async function openIssuer(folder: string, options: OpenOptions): Promise<Issuer> {
  const { passphrase, waitMilliseconds = WAIT_MILLISECONDS } = options;
  const { now = systemNow, random = randomBytes } = options;
  const config = await readConfig(folder);
  const lock = await lockDataFolder(folder, waitMilliseconds);
  const closers: (() => Promise<void>)[] = [async (): Promise<void> => lock.release()];
  const close = async (): Promise<void> => {
    for (const closer of closers.splice(0).reverse()) await closer();
  };
  try {
    const agent = await openIssuerAgent(folder, config, { passphrase, random });
    const store = openSqliteStore(join(folder, FOLDER_FILES.store), { now });
    closers.push(store.close);
    const register = await openRegister(folder, config.register);
    closers.push(register.close);
    const statusLists = await openStatusLists({ store, agent, config, random });
    const trustBundles = createTrustBundles({ agent, config, statusLists, store, now });
    const parts = { folder, config, agent, store, register, statusLists, trustBundles };
    return { ...parts, now, random, close };
  } catch (error) {
    await close();
    throw error;
  }
}
