import type { ArmCounts } from '../../domain/guardrail/arm-counts.ts';
import { latencyBucketOf } from '../../domain/latency-buckets.ts';
import type { Usage } from '../../protocols/event.ts';

/** Adds a request that was answered whole. */
export function addCompleted(counts: ArmCounts, latencyMs: number, usage: Usage | undefined): void {
  counts.completed += 1;
  counts.tokensIn += usage?.inputTokens ?? 0;
  counts.tokensOut += usage?.outputTokens ?? 0;
  counts.latencySumMs += latencyMs;
  addToBucket(counts.latencyBuckets, latencyBucketOf(latencyMs));
}

/** Buckets below it are filled up: a hole in an array would be written as null. */
function addToBucket(buckets: number[], bucket: number): void {
  while (buckets.length <= bucket) buckets.push(0);
  buckets[bucket] = (buckets[bucket] ?? 0) + 1;
}
