import { noArmCounts } from '../../domain/guardrail/arm-counts.ts';
import { latencyBucketOf } from '../../domain/guardrail/latency-buckets.ts';
import { addCompleted } from './counted-request.ts';

it('counts an answer in its latency bucket, leaving out those above and no hole below', () => {
  const counts = noArmCounts();
  addCompleted(
    counts,
    { latencyMs: 100, answeredMs: 7 },
    { inputTokens: 3, outputTokens: 4, cachedInputTokens: 2 },
  );
  addCompleted(counts, { latencyMs: 7 }, undefined);
  addCompleted(counts, { latencyMs: 100 }, undefined);
  expect(counts).toMatchObject({
    completed: 3,
    tokensIn: 3,
    tokensOut: 4,
    tokensCached: 2,
    latencySumMs: 207,
  });
  const expected = Array.from({ length: latencyBucketOf(100) + 1 }, () => 0);
  expected[latencyBucketOf(7)] = 1;
  expected[latencyBucketOf(100)] = 2;
  expect(JSON.parse(JSON.stringify(counts.latencyBuckets))).toEqual(expected);
  expect([counts.answerBuckets?.[latencyBucketOf(7)], counts.answerBuckets?.[latencyBucketOf(100)]]).toEqual([
    2, 1,
  ]);
});

it('keeps no answer time of a request that the other arm has rescued', () => {
  const counts = noArmCounts();
  addCompleted(counts, { latencyMs: 5_000, rescued: true }, undefined);
  expect([counts.completed, counts.answerBuckets]).toEqual([1, []]);
});
