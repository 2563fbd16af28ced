import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** How a command ended. */
export type Ended = {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
};

const STARTS = {
  wallet: fileURLToPath(new URL('../../../../wallet-cli/start.js', import.meta.url)),
  issuer: fileURLToPath(new URL('../../../../issuer/cli/start.js', import.meta.url)),
};

/** Passphrase of every data folder of these tests. */
export const PASSPHRASE = 'correct horse battery';

/** Starts a program in a data folder; `before` is put in front (`unshare -rn`). */
export function startProgram(
  program: keyof typeof STARTS,
  home: string,
  argv: readonly string[],
  {
    passphrase = PASSPHRASE,
    before = [],
  }: { readonly passphrase?: string; readonly before?: readonly string[] } = {},
) {
  const [command = '', ...rest] = [...before, process.execPath, STARTS[program], ...argv];
  return spawn(command, rest, {
    env: { PATH: process.env['PATH'], SYMBOLON_HOME: home, SYMBOLON_PASSPHRASE: passphrase },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
}

/** Runs one command to its end, as a person would. */
export function runProgram(
  program: keyof typeof STARTS,
  home: string,
  argv: readonly string[],
  {
    input = '',
    ...options
  }: {
    readonly input?: string | Uint8Array;
    readonly passphrase?: string;
    readonly before?: readonly string[];
  } = {},
): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = startProgram(program, home, argv, options);
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

/** Runs `wallet …` to its end. */
export function runWallet(
  home: string,
  argv: readonly string[],
  options: Parameters<typeof runProgram>[3] = {},
): Promise<Ended> {
  return runProgram('wallet', home, argv, options);
}
