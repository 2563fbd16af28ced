/** Tells the story on standard output, and how long each part took. */
export class Narrator {
  readonly #started = performance.now();
  readonly #parts: (readonly [title: string, seconds: number])[] = [];

  /** Plain words. */
  say(...lines: readonly string[]): void {
    for (const line of lines) process.stdout.write(`${line}\n`);
  }

  /** What a program printed, moved in a little. */
  show(text: string): void {
    for (const line of text.trimEnd().split('\n')) this.say(`    ${line}`);
  }

  /** One part of the story, timed. */
  async part<Result>(title: string, play: () => Promise<Result>): Promise<Result> {
    const started = performance.now();
    this.say('', `== ${this.#parts.length + 1}. ${title}`);
    const result = await play();
    const seconds = (performance.now() - started) / 1000;
    this.#parts.push([title, seconds]);
    return result;
  }

  /** The table of times. */
  end(): void {
    this.say('', '== How long each part took');
    for (const [title, seconds] of this.#parts) {
      this.say(`${seconds.toFixed(1).padStart(7)} s  ${title}`);
    }
    const total = (performance.now() - this.#started) / 1000;
    this.say(`${total.toFixed(1).padStart(7)} s  in all`);
  }
}
