import type { SealedAnswer } from './create-answer.ts';
import type { Showing } from './showing.ts';
import { writeAnswer } from './write-answer.ts';

/** What a sealed answer says, for the result: names, no values. */
export type AnswerFacts = {
  readonly outcome: 'answered' | 'refused';
  readonly cards: readonly string[];
  readonly claims: readonly string[];
};

/** Writes a sealed answer where the holder wants it, and says what it was. */
export async function handOver(
  sealed: SealedAnswer,
  { context: { terminal }, counter, output, request }: Showing,
  facts: AnswerFacts,
): Promise<void> {
  const { frames, files } = await writeAnswer(request, sealed, output, terminal);
  const { name, identifier } = counter;
  const result = { ...facts, counter: { name, identifier }, code: sealed.code, files };
  const isPrinted = output.kind === 'terminal' || output.kind === 'text';
  const lines = files.map((file) => `Answer: ${file}`);
  terminal.result(
    isPrinted ? { ...result, frames } : result,
    isPrinted ? [] : [...lines, `Code:   ${sealed.code}`],
  );
}
