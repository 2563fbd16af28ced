import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdtemp } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** How a command ended. */
export type Ended = { readonly code: number; readonly stdout: string; readonly stderr: string };

/** What a command of the tests finds in its surroundings. */
export type Surroundings = {
  readonly home: string;
  readonly input?: string;
  readonly environment?: Readonly<Record<string, string>>;
};

const START = fileURLToPath(new URL('../../../../issuer/cli/start.js', import.meta.url));

/** The passphrase of every authority of these tests that is not a demo. */
export const PASSPHRASE = 'correct horse battery staple';

/** A folder of its own for one test; the data folder is made in it by `init`. */
export async function newHome(): Promise<string> {
  return join(await mkdtemp(join(tmpdir(), 'symbolon-issuer-')), 'data');
}

/** A copy of an authority that no process is using: a test spoils it for itself alone. */
export async function copyAuthority(home: string): Promise<string> {
  const copy = await newHome();
  await cp(home, copy, { recursive: true });
  return copy;
}

/** A port that nobody listens on. */
export async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (typeof address !== 'object' || address === null) throw new Error('no port');
  return address.port;
}

/** Runs `issuer ARGV…` to its end, through the front door. */
export async function runIssuer(argv: readonly string[], around: Surroundings): Promise<Ended> {
  const child = start(argv, around);
  let [stdout, stderr] = ['', ''];
  child.stdout?.on('data', (chunk: Buffer) => {
    stdout += chunk.toString();
  });
  child.stderr?.on('data', (chunk: Buffer) => {
    stderr += chunk.toString();
  });
  child.stdin?.on('error', () => undefined);
  child.stdin?.end(around.input ?? '');
  const [code] = await once(child, 'close');
  return { code: Number(code), stdout, stderr };
}

/** Runs `issuer ARGV… --json`, which must end with 0, and gives its one line. */
export async function issuerJson(
  argv: readonly string[],
  around: Surroundings,
): Promise<Record<string, unknown>> {
  const { code, stdout, stderr } = await runIssuer([...argv, '--json'], around);
  if (code !== 0) throw new Error(`'${argv.join(' ')}' ended with ${code}: ${stdout}${stderr}`);
  const lines = stdout.trimEnd().split('\n');
  if (lines.length !== 1) throw new Error('expected one line of JSON');
  return parseObject(stdout);
}

/** Parses a text that must be a JSON object. */
export function parseObject(text: string): Record<string, unknown> {
  const value = JSON.parse(text);
  if (typeof value !== 'object' || value === null) throw new Error('expected a JSON object');
  return { ...value };
}

/** A service that runs until it is told to stop. */
export type RunningIssuer = {
  readonly child: ChildProcess;
  /** What `serve` printed when it was ready. */
  readonly ready: string;
  readonly output: () => string;
  /** Sends a signal and waits for the end. */
  readonly stop: (signal: NodeJS.Signals) => Promise<number | null>;
};

/** Starts `issuer serve` and waits until it listens. */
export async function serveIssuer(around: Surroundings): Promise<RunningIssuer> {
  const child = start(['serve'], around);
  let [stdout, output] = ['', ''];
  child.stderr?.on('data', (chunk: Buffer) => {
    output += chunk.toString();
  });
  const ended = once(child, 'exit');
  const ready = await new Promise<string>((resolve, reject) => {
    child.stdout?.on('data', (chunk: Buffer) => {
      stdout += chunk.toString();
      output += chunk.toString();
      if (stdout.includes('\n')) resolve(stdout.trimEnd());
    });
    child.once('exit', (code) => reject(new Error(`serve ended with ${code}: ${output}`)));
  });
  return {
    child,
    ready,
    output: () => output,
    stop: async (signal) => {
      child.kill(signal);
      const [code] = await ended;
      return code;
    },
  };
}

function start(argv: readonly string[], { home, environment }: Surroundings): ChildProcess {
  return spawn(process.execPath, [START, ...argv], {
    env: { PATH: process.env['PATH'], SYMBOLON_HOME: home, NO_COLOR: '1', ...environment },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
}
