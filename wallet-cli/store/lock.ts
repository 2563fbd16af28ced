import { readFileSync } from 'node:fs';
import { open, readFile, rm, stat } from 'node:fs/promises';
import { hostname } from 'node:os';
import { setTimeout as wait } from 'node:timers/promises';
import { WalletError } from '../error.ts';

const RETRY_MS = 25;
const PATIENCE_MS = 10_000;
/** A lock file that is still empty after this long was left by a process that died making it. */
const UNFINISHED_MS = 5000;

/**
 * Does `work` while no other process does work under the same lock.
 *
 * The lock is a file that names its process. One whose process is gone (killed, or the machine was
 * switched off) is removed, so nothing needs mending after a crash.
 *
 * @param patienceMs - How long to wait for a living process.
 * @throws {@link WalletError} `wallet_locked` when another process holds it all that time.
 */
export async function withLock<Result>(
  path: string,
  work: () => Promise<Result>,
  patienceMs = PATIENCE_MS,
): Promise<Result> {
  await takeLock(path, patienceMs);
  try {
    return await work();
  } finally {
    await rm(path, { force: true });
  }
}

async function takeLock(path: string, patienceMs: number): Promise<void> {
  const deadline = performance.now() + patienceMs;
  while (!(await createExclusively(path, processMark(process.pid)))) {
    if (await isAbandoned(path)) await removeAbandoned(path);
    else if (performance.now() > deadline) {
      throw new WalletError('wallet_locked', 'another wallet command is writing to this wallet', {
        hint: "wait for it to end; 'wallet doctor' says which process it is",
      });
    } else await wait(RETRY_MS);
  }
}

async function createExclusively(path: string, content: string): Promise<boolean> {
  try {
    const file = await open(path, 'wx', 0o600);
    try {
      await file.writeFile(content);
    } finally {
      await file.close();
    }
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  }
}

/**
 * Removes a lock whose process is gone. Two that see it at the same moment must not both remove:
 * the second would remove the first one's new lock. So removal has a lock of its own, and looks
 * again once it has it.
 */
async function removeAbandoned(path: string): Promise<void> {
  const removing = `${path}.removing`;
  if (!(await createExclusively(removing, processMark(process.pid)))) {
    if (await isAbandoned(removing)) await rm(removing, { force: true });
    else await wait(RETRY_MS);
    return;
  }
  try {
    if (await isAbandoned(path)) await rm(path, { force: true });
  } finally {
    await rm(removing, { force: true });
  }
}

/** Whether the process that a lock file names is gone; of another machine it cannot be told. */
export async function isAbandoned(path: string): Promise<boolean> {
  const content = await readFile(path, 'utf8').catch(() => undefined);
  if (content === undefined) return false;
  const [host, pid] = content.split('\n');
  if (host === undefined || pid === undefined) {
    const made = await stat(path).catch(() => undefined);
    return made !== undefined && Date.now() - made.mtimeMs > UNFINISHED_MS;
  }
  return host === hostname() && processMark(Number(pid)) !== content;
}

/** Host, process id and the time when the process started, since ids are used again. */
function processMark(pid: number): string {
  return `${hostname()}\n${pid}\n${processStart(pid)}`;
}

function processStart(pid: number): string {
  try {
    const status = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name in parentheses may hold anything; the 20th field after it is the start time.
    return status.slice(status.lastIndexOf(')') + 2).split(' ')[19] ?? 'unknown';
  } catch {
    return isRunning(pid) ? 'unknown' : 'gone';
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
