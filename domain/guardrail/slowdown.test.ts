import fc from 'fast-check';
import { latencyBucketEdgesMs, latencyBucketOf } from './latency-buckets.ts';
import type { Counting } from '../split/split.ts';
import type { RequestCourse } from './request-course.ts';
import { slowdown } from './slowdown.ts';

const settings = { ratio: 1, floor: 0.005, tolerance: 2, times: 1.5625 };
const base = { releaseId: 'rel_1', shortHorizonMs: 5_000, longHorizonMs: 60_000 };

/** How many answers took how long, in milliseconds. */
function recorded(...answers: [count: number, ms: number][]): number[] {
  const buckets = latencyBucketEdgesMs.map(() => 0);
  for (const [count, ms] of answers) buckets[latencyBucketOf(ms)]! += count;
  return buckets;
}

const countingAfter = (stableAnswerBuckets: readonly number[]): Counting => ({
  ...base,
  ...slowdown.counting(settings, { stableAnswerBuckets }),
});
const usual = countingAfter(recorded([500, 90], [400, 200], [50, 300], [50, 900]));
const edgeAbove = (ms: number) => latencyBucketEdgesMs[latencyBucketOf(ms)]!;

describe('the edges', () => {
  it('are those next above the quantiles of what stable took before the step, and times that for the candidate', () => {
    const edges = Object.fromEntries(
      Object.entries({ p50: 90, p90: 200, p95: 300, p99: 900 }).map(([quantile, ms]) => [
        quantile,
        { stableMs: edgeAbove(ms), candidateMs: 1.5625 * edgeAbove(ms), oncePerStep: quantile === 'p50' },
      ]),
    );
    expect(usual).toMatchObject({ slowdown: { answers: 1000, edges } });
  });

  it('leave at most their share of the recorded answers above them', () => {
    const buckets = fc.array(fc.nat(400), { minLength: 1, maxLength: latencyBucketEdgesMs.length });
    fc.assert(
      fc.property(buckets, (counts) => {
        const observers = slowdown.observers(countingAfter(counts));
        const total = counts.reduce((sum, count) => sum + count, 0);
        expect(Object.keys(observers)).toHaveLength(total < 500 ? 0 : 4);
        for (const [counter, share] of Object.entries({ p50: 0.5, p90: 0.1, p95: 0.05, p99: 0.01 })) {
          const observer = observers[`slowdown/${counter}`];
          if (observer === undefined) continue;
          const slow = counts.reduce((sum, count, bucket) => {
            const answered = { afterMs: latencyBucketEdgesMs[bucket]!, failedOver: false };
            const bad = observer.badAfterMs({ totalTimeoutMs: 1e9, answered }, 'stable') !== Infinity;
            return sum + (bad ? count : 0);
          }, 0);
          expect(slow / total).toBeLessThanOrEqual(share + 1e-12);
          expect(observer.unit).toBe(slow / total > 0.1 ? 'subject-in-step' : 'subject');
        }
      }),
    );
  });

  it('are not there for fewer than 500 answers: a dry run, and it says so', () => {
    const few = countingAfter(recorded([499, 90]));
    expect(slowdown.observers(few)).toEqual({});
    expect(dryRun({ counting: few })).toBe('dry run: 499 of 500 answers of stable recorded before this step');
    expect(dryRun({ counting: base })).toContain('0 of 500');
  });

  it('of a quantile that only a newer program knows are left alone', () => {
    const { edges } = usual['slowdown'] as { edges: Record<string, object> };
    const newer = { ...usual, slowdown: { answers: 1000, edges: { ...edges, p999: edges['p99']! } } };
    expect(Object.keys(slowdown.observers(newer as Counting))).toHaveLength(4);
  });
});

it('says from where on an answer is slow, for either arm; nothing without edges', () => {
  const { edges } = usual['slowdown'] as { edges: Record<string, { stableMs: number; candidateMs: number }> };
  const { stableMs, candidateMs } = edges['p50']!;
  const p50 = `p50 ${Math.round(stableMs)}/${Math.round(candidateMs)} ms`;
  expect(slowdown.bounds?.(usual)).toMatch(new RegExp(`^slow above, stable/candidate: ${p50}, p90 .* ms$`));
  expect(slowdown.bounds?.(base)).toBeUndefined();
});

describe('a request', () => {
  const p50 = slowdown.observers(usual)['slowdown/p50']!;
  const stableMs = edgeAbove(90);
  const badAfterMs = (arm: 'stable' | 'candidate', more: Partial<RequestCourse>) =>
    p50.badAfterMs({ totalTimeoutMs: 60_000, ...more }, arm);
  const answered = (afterMs: number) => ({ answered: { afterMs, failedOver: false } });

  it('is slow by its own milliseconds, not by a bucket', () => {
    expect(badAfterMs('stable', answered(stableMs))).toBe(Infinity);
    expect(badAfterMs('stable', answered(stableMs + 0.01))).toBe(stableMs);
    expect(badAfterMs('candidate', answered(1.5625 * stableMs))).toBe(Infinity);
    expect(badAfterMs('candidate', answered(1.5625 * stableMs + 0.01))).toBe(1.5625 * stableMs);
  });

  it('of a stream is answered with its first content, and a hanging one is slow when the edge passes', () => {
    const ended = { afterMs: 30_000, ending: 'completed' } as const;
    expect(badAfterMs('candidate', { ...answered(50), ended })).toBe(Infinity);
    expect(badAfterMs('candidate', { ended })).toBe(1.5625 * stableMs);
    expect(badAfterMs('candidate', {})).toBe(1.5625 * stableMs);
  });

  it('that failed at once is not slow; one that was left before the edge says nothing, and after it is', () => {
    const ended = (ending: 'failed' | 'left-unanswered', afterMs = 10) => ({ ended: { afterMs, ending } });
    expect(badAfterMs('stable', ended('failed'))).toBe(Infinity);
    expect(badAfterMs('stable', ended('left-unanswered'))).toBeUndefined();
    expect(badAfterMs('stable', ended('left-unanswered', 60_000))).toBe(stableMs);
  });

  it('that its arm failed soon is not slow for what stable took in its place', () => {
    const rescued = { failedAfterMs: 10, answered: { afterMs: 60_000, failedOver: false } };
    expect(badAfterMs('candidate', rescued)).toBe(Infinity);
    expect(badAfterMs('candidate', { ...rescued, failedAfterMs: 59_000 })).toBe(1.5625 * stableMs);
    expect(
      badAfterMs('candidate', { failedAfterMs: 59_000, answered: { afterMs: 10, failedOver: false } }),
    ).toBe(Infinity);
  });
});

type Facts = Parameters<NonNullable<typeof slowdown.dryRun>>[0];
const arm = { admitted: 100, tokensIn: 1000, tokensCached: 500 };

function dryRun(more: Partial<Facts>): string | undefined {
  return slowdown.dryRun?.({
    counting: usual,
    candidateUnits: {},
    candidate: arm,
    stable: arm,
    heldMs: 60_000,
    ...more,
  });
}

describe('a dry run', () => {
  it('is none with edges, requests that come often, and like shares of cached input', () => {
    expect(dryRun({})).toBeUndefined();
    expect(dryRun({ candidate: { ...arm, tokensCached: 301 } })).toBeUndefined();
  });

  it('is where the candidate finds the prompt cache cold, which says nothing of the revision', () => {
    expect(dryRun({ candidate: { ...arm, tokensCached: 299 } })).toContain('differ by 20 points');
    expect(dryRun({ heldMs: 100 * 300_000 + 1 })).toContain('further apart');
    expect(dryRun({ heldMs: 290_000, candidate: { ...arm, admitted: 0, tokensIn: 0 } })).toContain(
      '50 points',
    );
  });
});
