import type { ArmCounts, GuardrailCounterName } from '../../config-store/gateway-view/types.ts';
import { latencyBucketCount, latencyBucketOf } from '../../domain/latency-buckets.ts';
import type { Usage } from '../seam.ts';

export const guardrails: readonly GuardrailCounterName[] = ['errors', 'latency'];

type Exposures = ArmCounts['guardrails'][GuardrailCounterName];

export function emptyCounts(): ArmCounts {
  const exposures = (): Exposures => ({
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
