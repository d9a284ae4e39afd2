import type { ArmCounts } from '../../domain/guardrail/arm-counts.ts';
import { latencyBucketOf } from '../../domain/guardrail/latency-buckets.ts';
import type { Usage } from '../../domain/usage.ts';

/**
 * Adds a request that was answered whole; `answeredMs` is the time until its first content. How long an answer took that
 * the other arm gave in its place says nothing of this one.
 */
export function addCompleted(
  counts: ArmCounts,
  {
    latencyMs,
    answeredMs = latencyMs,
    rescued = false,
  }: { readonly latencyMs: number; readonly answeredMs?: number | undefined; readonly rescued?: boolean },
  usage: Usage | undefined,
): void {
  counts.completed += 1;
  counts.tokensIn += usage?.inputTokens ?? 0;
  counts.tokensOut += usage?.outputTokens ?? 0;
  counts.tokensCached = (counts.tokensCached ?? 0) + (usage?.cachedInputTokens ?? 0);
  counts.latencySumMs += latencyMs;
  const answerBuckets = (counts.answerBuckets ??= []);
  if (!rescued) addToBucket(answerBuckets, latencyBucketOf(answeredMs));
  addToBucket(counts.latencyBuckets, latencyBucketOf(latencyMs));
}

/** Buckets below it are filled up: a hole in an array would be written as null. */
function addToBucket(buckets: number[], bucket: number): void {
  while (buckets.length <= bucket) buckets.push(0);
  buckets[bucket] = (buckets[bucket] ?? 0) + 1;
}
