import type { FinishReason } from '../../protocols/event.ts';
import { createAnswerCollector, outputTextOf } from '../../protocols/collect-answer.ts';
import type { AnswerOutput } from '../answer/output.ts';
import type { Brought } from '../answer/piece.ts';
import { createBroughtReader, type AskedForm } from '../answer/read-brought.ts';

/** What of an answer went by: kept as it came, and read once it is over, when nobody waits for it any more. */
export interface Heard {
  readonly brought: Brought[];
  finishReason: FinishReason | undefined;
}

export function nothingHeard(): Heard {
  return { brought: [], finishReason: undefined };
}

/** Hands an answer on, and keeps what it brings. */
export function listening(output: AnswerOutput, heard: Heard): AnswerOutput {
  return {
    ...output,
    take(pieces) {
      for (const { brings } of pieces) if (brings.kind !== 'nothing') heard.brought.push(brings);
      return output.take(pieces);
    },
    end(end) {
      if (end.type === 'finish') heard.finishReason = end.reason;
      output.end(end);
    },
  };
}

/** The text of an answer that went by, as assertions see it: its words, else its tool calls. */
export function textHeard({ brought }: Heard, asked: AskedForm): string {
  const read = createBroughtReader(asked);
  const collector = createAnswerCollector();
  for (const brings of brought) for (const event of read(brings)) collector.add(event);
  return outputTextOf(collector.answer());
}
