import type { AnswerFacts } from './answers/facts.ts';
import type { Usage } from '../usage.ts';

/**
 * How a request ended. `left-…`: the caller went away, before any content or in the middle of it; `caller-fault`:
 * the request itself was wrong.
 */
export type RequestEnding = 'completed' | 'failed' | 'left-unanswered' | 'left-midway' | 'caller-fault';

/**
 * Did it end in a way that says nothing of the arm? A caller who went away has kept anybody from knowing what the answer
 * would have been, and when; what a caller did wrong, no revision could have done right.
 */
export function saysNothing({ failedAfterMs, ended }: RequestCourse): boolean {
  if (ended === undefined || failedAfterMs !== undefined) return false;
  return ended.ending === 'left-unanswered' || ended.ending === 'caller-fault';
}

/** Told after the fact; `afterMs` is when it was heard of. */
export interface ToldEvent {
  readonly value: string | number | boolean;
  readonly afterMs: number;
}

/** What happened to a request so far; all times in milliseconds after its start. */
export interface RequestCourse {
  readonly totalTimeoutMs: number;
  /** Told after the fact, by who called the provider itself. */
  readonly reported?: boolean;
  /** The first content was there; for an answer that came whole, all of it. */
  answered?: {
    readonly afterMs: number;
    /** It came from another target than the first of the admitting revision's chain. */
    readonly failedOver: boolean;
  };
  /** The admitting arm failed it. */
  failedAfterMs?: number;
  /** Of the whole answer, of whichever arm; before its end nothing is known. */
  facts?: AnswerFacts;
  /** What was told of its answers after the fact, by the name of the event. */
  events?: Map<string, ToldEvent[]>;
  ended?: {
    readonly afterMs: number;
    readonly ending: RequestEnding;
    /** What its answer took, of whichever arm; absent where nobody has told. */
    readonly usage?: Usage | undefined;
  };
}
