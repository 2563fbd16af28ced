import { chmod, mkdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { readTextFile, TerminalError, writeFileAtomic } from '@symbolon/terminal';
import { type IssuerConfig, parseConfig } from './config.ts';
import { controlSocketPath } from './control/control-socket.ts';
import { IssuerError } from './error.ts';
import { type FolderLock, takeFolderLock } from './store/folder-lock.ts';

/** Names in the data folder. */
export const FOLDER_FILES = {
  config: 'issuer.json',
  anchor: 'anchor.json',
  store: 'issuer.db',
  /** Only of a demo authority. */
  passphrase: 'demo-passphrase',
} as const;

const CONFIG_MAX_BYTES = 65_536;
const LOCK_RETRY_MILLISECONDS = 50;

/** Makes the data folder, readable by its owner only. */
export async function makeDataFolder(folder: string): Promise<void> {
  // Found out here, and not when the service is started.
  controlSocketPath(folder);
  await mkdir(folder, { recursive: true, mode: 0o700 }).catch(unusable);
  await chmod(folder, 0o700).catch(unusable);
}

/**
 * Reads `issuer.json`.
 *
 * @throws {@link IssuerError} `authority_missing`; {@link ParseError} naming the wrong member.
 */
export async function readConfig(folder: string): Promise<IssuerConfig> {
  const path = join(folder, FOLDER_FILES.config);
  const text = await readTextFile(path, { maxBytes: CONFIG_MAX_BYTES }).catch((cause: unknown) => {
    if (!(cause instanceof TerminalError) || cause.code !== 'input_missing') throw cause;
    throw new IssuerError('authority_missing', 'there is no authority in the data folder', {
      cause,
      hint: "run 'issuer init' first, or set SYMBOLON_HOME to the authority's folder",
    });
  });
  return parseConfig(text);
}

/**
 * The passphrase that `issuer init --demo` left in the folder; `undefined` for any other authority,
 * whose passphrase is with its operator.
 */
export async function readDemoPassphrase(folder: string): Promise<string | undefined> {
  const path = join(folder, FOLDER_FILES.passphrase);
  const text = await readTextFile(path, { maxBytes: 4_096 }).catch(() => undefined);
  return text?.trim();
}

/** Writes the passphrase of a demo authority, readable by its owner only. */
export async function writeDemoPassphrase(folder: string, passphrase: string): Promise<void> {
  await writeFileAtomic(join(folder, FOLDER_FILES.passphrase), `${passphrase}\n`, 0o600);
}

/**
 * Takes the folder's lock, waiting while another command finishes.
 *
 * @throws {@link IssuerError} `folder_in_use` when it is still taken after `waitMilliseconds`;
 *   `authority_missing` when there is no such folder.
 */
export async function lockDataFolder(
  folder: string,
  waitMilliseconds: number,
): Promise<FolderLock> {
  await stat(folder).catch((cause: unknown) => {
    throw new IssuerError('authority_missing', 'there is no data folder', {
      cause,
      hint: "run 'issuer init' first, or set SYMBOLON_HOME to the authority's folder",
    });
  });
  const deadline = performance.now() + waitMilliseconds;
  for (;;) {
    const lock = takeFolderLock(folder);
    if (lock !== undefined) return lock;
    if (performance.now() >= deadline) {
      throw new IssuerError('folder_in_use', 'another issuer process is using the data folder', {
        hint: 'wait for it to end; its lock ends with it, whatever happens',
      });
    }
    await new Promise((resolve) => setTimeout(resolve, LOCK_RETRY_MILLISECONDS));
  }
}

function unusable(cause: unknown): never {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown';
  throw new IssuerError('folder_unusable', `the data folder cannot be made (${code})`, {
    cause,
    hint: 'set SYMBOLON_HOME to a folder that you may write to',
  });
}
