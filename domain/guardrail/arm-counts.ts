import type { Quantity } from './means/value-buckets.ts';
import type { FactCounts } from './answers/facts.ts';
import type { ReasonCounts } from './answers/reasons.ts';

/** How long after its start a request is settled; the plan's `Counting` has the milliseconds. */
export type Horizon = 'short' | 'long';
export const horizons: readonly Horizon[] = ['short', 'long'];

/** Settled units, and those of them that were bad by then. */
export interface Exposure {
  exposed: number;
  bad: number;
}
export type HorizonCounts = Record<Horizon, Exposure>;

/** What of an arm's requests is known by their callers' word alone; cumulative. */
export interface CallersWord {
  /** Told after the fact, of calls past the gateway. */
  readonly reported: number;
  /** Left out of the counts, because the caller marked them as retries of others that no gateway has seen. */
  readonly retries: number;
  /** The caller went away before there was an answer: nobody knows what it would have been. */
  readonly left: number;
  /** Refused for the caller's own fault. */
  readonly faults: number;
}

/** Cumulative counts of one arm under one split version, by one gateway process. */
export interface ArmCounts {
  /** Of this form of a row; absent from the rows of gateways that count errors and latency alone. */
  readonly version?: number;
  admitted: number;
  completed: number;
  failed: number;
  rescued: number;
  tokensIn: number;
  tokensOut: number;
  retrievalEmpty: number;
  retrievalError: number;
  /** Counts in the buckets of latency-buckets.ts; those above the last one that has a count are left out. */
  readonly latencyBuckets: number[];
  latencySumMs: number;
  /** The same buckets for the time until the first content; without a stream, until all of it. */
  answerBuckets?: number[];
  /** What the arm's own answers took, in the buckets of value-buckets.ts; absent from the rows of gateways of before. */
  valueBuckets?: Partial<Record<Quantity, number[]>>;
  /** What its own whole answers were; absent from the rows of gateways that do not tell. */
  facts?: FactCounts;
  /** Part of `tokensIn` that a provider's prompt cache had. */
  tokensCached?: number;
  /**
   * Requests that have come to a horizon, units of a guardrail or not; absent from the rows of gateways that do not
   * count them.
   */
  settled?: Record<Horizon, number>;
  /**
   * Of subjects that the gateway drew itself, one with each request, those that fell on this arm: no caller has a part
   * in them. Absent from the rows of gateways that do not draw.
   */
  drawn?: number;
  /** What callers alone say of these requests; absent from the rows of gateways that do not tell. */
  callersWord?: CallersWord;
  /** Why calls gave no answer; absent from the rows of gateways that do not tell, and where none failed. */
  reasons?: ReasonCounts;
  /**
   * By the names of the guardrails' counters (registry.ts), for those that this gateway counts; `bad` has only units
   * without a subject: bad events of subjects are charges. What callers reported is under `reportedCounter`'s names,
   * unless it is judged with the rest.
   */
  readonly guardrails: Record<string, HorizonCounts>;
}

/** The counts of an arm that has had no request; nobody else holds any part of it. */
export function noArmCounts(): ArmCounts {
  return {
    version: 2,
    admitted: 0,
    completed: 0,
    failed: 0,
    rescued: 0,
    tokensIn: 0,
    tokensOut: 0,
    retrievalEmpty: 0,
    retrievalError: 0,
    latencyBuckets: [],
    latencySumMs: 0,
    answerBuckets: [],
    tokensCached: 0,
    guardrails: {},
  };
}

/** What a counter has while nothing is settled. */
export function noHorizonCounts(): HorizonCounts {
  return { short: { exposed: 0, bad: 0 }, long: { exposed: 0, bad: 0 } };
}
