import type { JsonObject } from '../json.ts';

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
}

/** What gateways have recorded of stable's requests, also while nothing was released. */
export interface StableRecord {
  readonly completed: number;
  readonly failed: number;
  /** In the buckets of latency-buckets.ts. */
  readonly latencyBuckets: readonly number[];
}

/** How a mirror foresees what a guardrail of the canary will show. Settings are as they are stored. */
export interface Foreseen {
  /** Would this answer have been a bad event? Undefined where nobody can tell. */
  readonly bad: (answer: ForeseenAnswer, settings: JsonObject) => boolean | undefined;
  /** Stable's rate, where no release before has counted it. */
  readonly base?: (
    record: StableRecord,
    settings: JsonObject,
  ) => { readonly bad: number; readonly units: number } | undefined;
}
