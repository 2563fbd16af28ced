import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** How a command ended. */
export type Ended = {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
};

const START = fileURLToPath(new URL('../../../../wallet-cli/start.js', import.meta.url));

/** Passphrase of every wallet of these tests. */
export const PASSPHRASE = 'correct horse battery';

/** Runs `wallet …` in a data folder, as a person would; `before` is put in front (`unshare -rn`). */
export function runWallet(
  home: string,
  argv: readonly string[],
  {
    input = '',
    passphrase = PASSPHRASE,
    before = [],
  }: {
    readonly input?: string | Uint8Array;
    readonly passphrase?: string;
    readonly before?: readonly string[];
  } = {},
): Promise<Ended> {
  const [command = '', ...rest] = [...before, process.execPath, START, ...argv];
  return new Promise((resolve, reject) => {
    const child = spawn(command, rest, {
      env: { PATH: process.env['PATH'], SYMBOLON_HOME: home, SYMBOLON_PASSPHRASE: passphrase },
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (chunk: Buffer) => {
      stdout += chunk.toString();
    });
    child.stderr.on('data', (chunk: Buffer) => {
      stderr += chunk.toString();
    });
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, stdout, stderr }));
    child.stdin.on('error', () => undefined);
    child.stdin.end(input);
  });
}
