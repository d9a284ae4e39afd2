import { latencyBucketCount, latencyBucketOf } from '../../domain/latency-buckets.ts';
import type { Arm } from '../../domain/split.ts';
import type { Usage } from '../seam.ts';

/** What a request is counted under: the arm that admitted it, or neither where the candidate's lease had run out. */
export type CountedArm = Arm | 'lease-expired';

export const guardrails = ['errors', 'latency'] as const;
export const horizons = ['short', 'long'] as const;
export type Guardrail = (typeof guardrails)[number];
export type Horizon = (typeof horizons)[number];

export interface Exposure {
  exposed: number;
  /** Only of units without a subject; a subject's bad event is its charge. */
  bad: number;
}

/** Cumulative counts of one gateway process for a split version and arm. */
export interface ArmCounts {
  admitted: number;
  completed: number;
  failed: number;
  rescued: number;
  tokensIn: number;
  tokensOut: number;
  retrievalEmpty: number;
  retrievalError: number;
  latencyBuckets: number[];
  latencySumMs: number;
  guardrails: Record<Guardrail, Record<Horizon, Exposure>>;
}

export function emptyCounts(): ArmCounts {
  const exposures = (): Record<Horizon, Exposure> => ({
    short: { exposed: 0, bad: 0 },
    long: { exposed: 0, bad: 0 },
  });
  return {
    admitted: 0,
    completed: 0,
    failed: 0,
    rescued: 0,
    tokensIn: 0,
    tokensOut: 0,
    retrievalEmpty: 0,
    retrievalError: 0,
    latencyBuckets: Array.from({ length: latencyBucketCount }, () => 0),
    latencySumMs: 0,
    guardrails: { errors: exposures(), latency: exposures() },
  };
}

/** Adds a request that was answered whole. */
export function addCompleted(counts: ArmCounts, latencyMs: number, usage: Usage | undefined): void {
  counts.completed += 1;
  counts.tokensIn += usage?.inputTokens ?? 0;
  counts.tokensOut += usage?.outputTokens ?? 0;
  counts.latencySumMs += latencyMs;
  const bucket = latencyBucketOf(latencyMs);
  counts.latencyBuckets[bucket] = (counts.latencyBuckets[bucket] ?? 0) + 1;
}
