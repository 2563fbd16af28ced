import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';

/** How a command ended. */
export type Ended = { readonly code: number; readonly stdout: string; readonly stderr: string };

const STARTS = {
  issuer: 'issuer/cli/start.js',
  wallet: 'wallet-cli/start.js',
  verifier: 'verifier/cli/start.js',
};

/** One party of the story: a program, and a data folder that is nobody else's. */
export class Party {
  readonly home: string;
  readonly #start: string;
  readonly #environment: Readonly<Record<string, string | undefined>>;

  constructor(program: keyof typeof STARTS, folder: string, name: string) {
    this.home = join(folder, name);
    mkdirSync(this.home, { recursive: true });
    this.#start = STARTS[program];
    this.#environment = {
      ...process.env,
      SYMBOLON_HOME: join(this.home, 'data'),
      SYMBOLON_PASSPHRASE: `demo passphrase of ${name}`,
      NO_COLOR: '1',
    };
  }

  /** A path in the party's folder, for files that it hands to others. */
  file(name: string): string {
    return join(this.home, name);
  }

  /** Runs one command to its end. */
  async run(...argv: readonly string[]): Promise<Ended> {
    const child = this.#spawn(argv);
    let [stdout, stderr] = ['', ''];
    child.stdout?.on('data', (chunk: Buffer) => {
      stdout += chunk.toString();
    });
    child.stderr?.on('data', (chunk: Buffer) => {
      stderr += chunk.toString();
    });
    const [code] = await once(child, 'close');
    return { code: Number(code), stdout, stderr };
  }

  /**
   * Runs one command that must end as expected.
   *
   * @throws Error with what the command printed, when it ends otherwise.
   */
  async expect(code: number, ...argv: readonly string[]): Promise<Ended> {
    const ended = await this.run(...argv);
    if (ended.code !== code) {
      throw new Error(
        `'${argv.join(' ')}' ended with ${ended.code}, not ${code}:\n${ended.stdout}${ended.stderr}`,
      );
    }
    return ended;
  }

  /** As {@link expect} with 0, giving the one line of JSON that the command printed. */
  async json(...argv: readonly string[]): Promise<Record<string, unknown>> {
    const { stdout } = await this.expect(0, ...argv, '--json');
    const value = JSON.parse(stdout);
    if (typeof value !== 'object' || value === null) throw new Error('expected a JSON object');
    return { ...value };
  }

  /** Starts a command that goes on until {@link stop}. */
  start(...argv: readonly string[]): ChildProcess {
    return this.#spawn(argv);
  }

  /** Asks a started command to end, and waits until it has. */
  async stop(child: ChildProcess): Promise<void> {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGTERM');
    await once(child, 'close');
  }

  #spawn(argv: readonly string[]): ChildProcess {
    return spawn(process.execPath, [this.#start, ...argv], {
      env: this.#environment,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  }
}
