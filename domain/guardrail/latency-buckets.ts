/** Upper edges in milliseconds of the latency histogram, log-spaced from 5 ms by a factor of 1.25 to about 20 minutes. */
export const latencyBucketEdgesMs: readonly number[] = Array.from({ length: 56 }, (_, i) =>
  Math.round(5 * 1.25 ** i),
);

/** How many buckets there are: one below each edge and one above them all. */
export const latencyBucketCount = latencyBucketEdgesMs.length + 1;

/** The bucket of a latency in milliseconds: the first whose edge is not below it. */
export function latencyBucketOf(latencyMs: number): number {
  const bucket = latencyBucketEdgesMs.findIndex((edge) => latencyMs <= edge);
  return bucket === -1 ? latencyBucketEdgesMs.length : bucket;
}
