import { latencyBucketCount, latencyBucketEdgesMs, latencyBucketOf } from './latency-buckets.ts';

it('puts each latency into the first bucket whose edge is not below it', () => {
  expect(
    latencyBucketEdgesMs.every(
      (edge, i) => latencyBucketOf(edge) === i && latencyBucketOf(edge + 0.5) === i + 1,
    ),
  ).toBe(true);
  expect([0, 5, 6, 1e9].map(latencyBucketOf)).toEqual([0, 0, 1, latencyBucketCount - 1]);
});

it('has rising edges up to more than any total timer', () => {
  expect([...latencyBucketEdgesMs].sort((a, b) => a - b)).toEqual(latencyBucketEdgesMs);
  expect(new Set(latencyBucketEdgesMs).size).toBe(latencyBucketEdgesMs.length);
  expect(latencyBucketEdgesMs.at(-1)).toBeGreaterThan(600_000);
});
