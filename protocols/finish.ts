import type { AnswerEnd, FinishReason } from './event.ts';
import { failure } from './failures/failure.ts';

/** What was seen of an answer before it ended. */
export interface SeenAnswer {
  readonly called: boolean;
  readonly refused: boolean;
}

/** Words by which servers say that an answer is not whole: `error`, `abort`, `insufficient_system_resource`, … */
const abnormal =
  /error|fail|abort|cancel|malformed|insufficient|overload|exhaust|time_?d?_?out|interrupt|unavailable|unexpected|incomplete|unspecified|disconnect|^(other|unknown)$/i;

/**
 * How an answer ended, from what its provider calls it: an end that is not one of a model but of its server is a failure,
 * whatever has come. An answer that calls tools ended for them, whatever it is called.
 */
export function finishOf(
  said: string,
  known: Readonly<Record<string, FinishReason>>,
  { called, refused }: SeenAnswer,
): AnswerEnd {
  const reason = Object.hasOwn(known, said) ? known[said] : known[said.toLowerCase()];
  if (reason === undefined && abnormal.test(said)) {
    const message = `The provider ended its answer with "${said.slice(0, 100)}".`;
    return { type: 'error', failure: failure('broken', message) };
  }
  // A reason that is newer than the table: the answer is whole, whatever ended it.
  const ended = reason ?? 'stop';
  if (ended !== 'stop') return { type: 'finish', reason: ended };
  return { type: 'finish', reason: called ? 'tool_calls' : refused ? 'refusal' : 'stop' };
}
