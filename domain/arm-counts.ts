/** What is counted for a release's guardrails as it goes along. */
export type GuardrailCounterName = 'errors' | 'latency';
/** How long after its start a request is settled; the plan's `Counting` has the milliseconds. */
export type Horizon = 'short' | 'long';

/** Settled units, and those of them that were bad by then. */
export interface Exposure {
  exposed: number;
  bad: number;
}
export type HorizonCounts = Record<Horizon, Exposure>;

/** Cumulative counts of one arm under one split version, by one gateway process. */
export interface ArmCounts {
  admitted: number;
  completed: number;
  failed: number;
  rescued: number;
  tokensIn: number;
  tokensOut: number;
  retrievalEmpty: number;
  retrievalError: number;
  /** Counts in the buckets of latency-buckets.ts; those above the last one that has a count are left out. */
  latencyBuckets: number[];
  latencySumMs: number;
  /** `bad` has only units without a subject: bad events of subjects are charges. */
  guardrails: Record<GuardrailCounterName, HorizonCounts>;
}

/** The counts of an arm that has had no request; nobody else holds any part of it. */
export function noArmCounts(): ArmCounts {
  return {
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
    guardrails: { errors: noHorizonCounts(), latency: noHorizonCounts() },
  };
}

function noHorizonCounts(): HorizonCounts {
  return { short: { exposed: 0, bad: 0 }, long: { exposed: 0, bad: 0 } };
}
