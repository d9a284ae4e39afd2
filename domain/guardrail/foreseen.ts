import type { JsonObject } from '../json.ts';
import type { Arm } from '../split/split.ts';
import type { FactCounts } from './answers/facts.ts';

/** All that a mirror knows of an answer besides its content. What is absent is not known. */
export interface ForeseenAnswer {
  /** There was none: the call ended in an error. */
  readonly failed: boolean;
  readonly empty: boolean;
  /** Cut off, by its length or by a filter. */
  readonly cut: boolean;
  readonly refused: boolean;
  /** Not of the form that was promised; absent where none was. */
  readonly invalidFormat?: boolean;
  readonly latencyMs?: number;
  /** How many targets of the chain there were up to the one that answered. */
  readonly attempts?: number;
  readonly tokensIn?: number;
  readonly tokensOut?: number;
  /** At list price. */
  readonly costUsd?: number;
  /** 0..1; null where nobody could say. */
  readonly score?: number | null;
}

/** What gateways have recorded of stable's requests, also while nothing was released. */
export interface StableRecord {
  readonly completed: number;
  readonly failed: number;
  /** In the buckets of latency-buckets.ts. */
  readonly latencyBuckets: readonly number[];
  /** Until the first content, in the same buckets: what a step will be held beside. Absent where nobody asked. */
  readonly answerBuckets?: readonly number[];
  /** What its whole answers were; absent where nobody has counted. */
  readonly facts?: FactCounts;
}

/** How a mirror foresees what a guardrail of the canary will show. Settings are as they are stored. */
export interface Foreseen {
  /** Would this answer have been a bad event? Undefined where nobody can tell. */
  readonly bad: (answer: ForeseenAnswer, settings: JsonObject) => boolean | undefined;
  /** Stable's rate, where no release before has counted it. */
  readonly base?: (record: StableRecord, settings: JsonObject) => BaseCounts | undefined;
}

export interface BaseCounts {
  readonly bad: number;
  readonly units: number;
}

/** One of several counters of a guardrail that holds the arms to bounds of their own. */
export interface ForeseenCounter {
  /** As the kind names it. */
  readonly counter: string;
  readonly bad: (answer: ForeseenAnswer, arm: Arm) => boolean | undefined;
  readonly base: BaseCounts;
}

/** The same where the bounds come of what is recorded of stable, and of what its answers took in the mirror. */
export type ForeseenBeside = (
  stable: readonly ForeseenAnswer[],
  record: StableRecord,
  settings: JsonObject,
) => ForeseenCounter[];
