import { access } from 'node:fs/promises';
import { join } from 'node:path';
import type { Random } from '@symbolon/credentials/crypto';
import type { EpochSeconds, TrustAnchor } from '@symbolon/schemas';
import { type IssuerConfigFile, parseIssuerConfig } from '@symbolon/schemas/issuer-config';
import { writeFileAtomic } from '@symbolon/terminal';
import { createKeyVault } from './agent/create-key-vault.ts';
import { KEY_FILE, writeKeyFile } from './agent/key-file.ts';
import type { ScryptCost } from './agent/sealed-secret.ts';
import { FOLDER_FILES, lockDataFolder, makeDataFolder } from './data-folder.ts';
import { IssuerError } from './error.ts';
import { createDemoRegister } from './register/demo-register.ts';
import { openSqliteStore } from './store/sqlite-store.ts';

/** What an authority begins with. */
export type AuthorityOptions = {
  readonly authority: string;
  readonly demo: boolean;
  /** An origin, https or http on loopback; becomes the credential issuer identifier. */
  readonly baseUrl: string;
  readonly passphrase: string;
  readonly now: () => EpochSeconds;
  readonly random: Random;
  /** Members of `issuer.json` that differ from the defaults. */
  readonly settings?: Partial<IssuerConfigFile>;
  /** Cheaper for tests only. */
  readonly scryptCost?: ScryptCost;
};

const DEFAULT_PORT = 8080;

/**
 * Creates an authority in a data folder: keys, DID, certificates, `anchor.json`, an empty store,
 * and for a demo a register of made-up people. `issuer.json` is written last: with it, the
 * authority exists.
 *
 * @throws {@link IssuerError} `authority_exists`, `authority_incomplete`, `folder_unusable`,
 *   `folder_in_use`; {@link ParseError} for a setting that is not acceptable.
 */
export async function createAuthority(
  folder: string,
  options: AuthorityOptions,
): Promise<TrustAnchor> {
  const config = parseIssuerConfig(configFile(options));
  await makeDataFolder(folder);
  const lock = await lockDataFolder(folder, 0);
  try {
    await refuseExisting(folder);
    const { authority, demo, baseUrl, passphrase, now, random, scryptCost } = options;
    const vault = await createKeyVault({
      name: authority,
      country: config.country,
      baseUrl,
      passphrase,
      now: now(),
      random,
      ...(scryptCost === undefined ? {} : { scryptCost }),
    });
    const anchor: TrustAnchor = {
      kind: 'symbolon-trust-anchor',
      version: 1,
      authority,
      demo,
      key: vault.findKeyFor('bundle').publicJwk,
    };
    await writeKeyFile(folder, vault.toFile());
    await writeFileAtomic(join(folder, FOLDER_FILES.anchor), toText(anchor), 0o644);
    await openSqliteStore(join(folder, FOLDER_FILES.store), { now }).close();
    if (demo) await createDemoRegister(folder);
    await writeFileAtomic(join(folder, FOLDER_FILES.config), toText(config), 0o600);
    return anchor;
  } finally {
    lock.release();
  }
}

function configFile({ authority, demo, baseUrl, settings }: AuthorityOptions): unknown {
  const { hostname, port, protocol } = new URL(baseUrl);
  // Behind https there is a proxy, which reaches the service on loopback.
  const listen =
    protocol === 'http:'
      ? { host: hostname.replace(/^\[|\]$/g, ''), port: port === '' ? 80 : Number(port) }
      : { host: '127.0.0.1', port: DEFAULT_PORT, behind_proxy: true };
  return {
    kind: 'symbolon-issuer',
    version: 1,
    authority,
    demo,
    base_url: baseUrl,
    listen,
    ...settings,
  };
}

async function refuseExisting(folder: string): Promise<void> {
  const exists = async (name: string): Promise<boolean> =>
    access(join(folder, name)).then(
      () => true,
      () => false,
    );
  if (await exists(FOLDER_FILES.config)) {
    throw new IssuerError('authority_exists', 'there is an authority in the data folder already', {
      hint: 'set SYMBOLON_HOME to another folder; an authority is never overwritten',
    });
  }
  if ((await exists(KEY_FILE)) || (await exists(FOLDER_FILES.store))) {
    throw new IssuerError(
      'authority_incomplete',
      `the data folder has keys or a store and no ${FOLDER_FILES.config}`,
      { hint: `restore ${FOLDER_FILES.config}, or remove what an interrupted 'issuer init' left` },
    );
  }
}

function toText(value: unknown): string {
  return `${JSON.stringify(value, undefined, 2)}\n`;
}
