import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** How a command ended. */
export type Ended = {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
};

const START = fileURLToPath(new URL('../../../../verifier/cli/start.js', import.meta.url));

/** Runs `verifier …` in a data folder, as a person would; `before` is put in front of it. */
export function runVerifier(
  home: string,
  argv: readonly string[],
  {
    input = '',
    before = [],
  }: { readonly input?: string | Uint8Array; readonly before?: readonly string[] } = {},
): Promise<Ended> {
  const [command = '', ...rest] = [...before, process.execPath, START, ...argv];
  return new Promise((resolve, reject) => {
    const child = spawn(command, rest, {
      env: { PATH: process.env['PATH'], SYMBOLON_HOME: home },
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

/** The one line of JSON that `--json` prints. */
export function jsonOf({ stdout }: Ended): Record<string, unknown> {
  const value: unknown = JSON.parse(stdout);
  if (typeof value === 'object' && value !== null) return { ...value };
  throw new TypeError('expected an object');
}

/** `error.code` of a `--json` result, and the exit code. */
export function refusalOf(ended: Ended): { readonly code: number | null; readonly error: unknown } {
  const { error } = jsonOf(ended);
  return {
    code: ended.code,
    error: typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined,
  };
}
