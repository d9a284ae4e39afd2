import { createBadEventTest } from '../../analysis/guardrails/bad-event-test.ts';
import { slowdown } from '../../domain/guardrail/slowdown.ts';
import { latencyBucketEdgesMs, latencyBucketOf } from '../../domain/guardrail/latency-buckets.ts';
import type { Arm, Counting } from '../../domain/split/split.ts';
import { createPicker, normal, type Random } from './random.ts';

export interface LatencyRun {
  random: Random;
  /** How many times as long as stable the candidate takes. */
  slower: number;
  /** Only answers are slower that would have taken longer than this; all where it is left out. In milliseconds. */
  slowerFromMs?: number;
  /** The plan's `times`. */
  times: number;
  /** The candidate's share. */
  weight: number;
  subjects: number;
  /** Standard deviation of the log of a subject's own factor; log times within a subject have 0.6. */
  subjectSd: number;
  /** Looks of 100 requests. */
  looks: number;
}

const withinSd = 0.6;
export const medianMs = 800;
const recordedAnswers = 1000;
/** Four guardrails share alpha 5 %; the evidence of the others is 1. */
const logThreshold = Math.log((20 - 0.75) / 0.25);

/** Candidate requests until the guardrail takes the candidate back; undefined where it never does. */
export function runLatency(run: LatencyRun): number | undefined {
  const { random, weight, slower } = run;
  const population = Array.from({ length: run.subjects }, (_, id) => ({
    id,
    factor: Math.exp(run.subjectSd * normal(random)),
    // Activity is as uneven as that of real users.
    activity: Math.exp(1.2 * normal(random)),
    arm: armOf(random.uniform() < weight),
  }));
  const next = createPicker(population, ({ activity }) => activity);
  const answerMs = (factor: number) => medianMs * factor * Math.exp(withinSd * normal(random));
  const buckets = latencyBucketEdgesMs.map(() => 0);
  for (let i = 0; i < recordedAnswers; i++) {
    const bucket = latencyBucketOf(answerMs(next(random).factor));
    buckets[bucket] = (buckets[bucket] ?? 0) + 1;
  }
  const counters = startCounters(run.times, buckets);
  let candidateRequests = 0;
  for (let look = 0; look < run.looks; look++) {
    for (const { counts } of counters) counts.fill(0);
    for (let i = 0; i < 100; i++) {
      const { id, factor, arm } = next(random);
      const stableMs = answerMs(factor);
      const isSlower = arm === 'candidate' && stableMs > (run.slowerFromMs ?? 0);
      const afterMs = stableMs * (isSlower ? slower : 1);
      if (arm === 'candidate') candidateRequests++;
      for (const counter of counters) counter.add(id, arm, afterMs);
    }
    for (const counter of counters) counter.close();
    const mean =
      counters.reduce((sum, { test }) => sum + Math.exp(Math.min(600, test.logE())), 0) / counters.length;
    if (Math.log(mean) >= logThreshold) return candidateRequests;
  }
  return undefined;
}

/** The guardrail's counters as a gateway keeps them, at the long horizon, and their tests. */
function startCounters(times: number, stableAnswerBuckets: readonly number[]) {
  const rule = { ratio: 1, floor: 0.005, tolerance: 2 };
  const counting: Counting = {
    ...{ releaseId: 'rel_1', shortHorizonMs: 5_000, longHorizonMs: 60_000 },
    ...slowdown.counting({ ...rule, times }, { stableAnswerBuckets }),
  };
  return Object.entries(slowdown.observers(counting)).map(([name, observer]) => {
    const leastUnits = slowdown.leastUnits?.[name] ?? 0;
    const test = createBadEventTest({ ...rule, totalHoldMs: Infinity, leastUnits });
    const gone = new Set<number>();
    const counts = [0, 0, 0, 0];
    return {
      test,
      counts,
      add(subject: number, arm: Arm, afterMs: number): void {
        if (gone.has(subject)) return;
        const course = { totalTimeoutMs: 60_000, answered: { afterMs, failedOver: false } };
        const bad = observer.badAfterMs(course, arm) !== Infinity;
        const at = arm === 'candidate' ? 0 : 2;
        counts[at] = (counts[at] ?? 0) + 1;
        if (bad) counts[at + 1] = (counts[at + 1] ?? 0) + 1;
        if (bad || observer.unit === 'subject-in-step') gone.add(subject);
      },
      close(): void {
        const [candidateExposed = 0, candidateBad = 0, stableExposed = 0, stableBad = 0] = counts;
        test.observe({
          splitVersion: 1,
          candidateExposed,
          candidateBad,
          stableExposed,
          stableBad,
          elapsedMs: 0,
        });
      },
    };
  });
}

function armOf(onCandidate: boolean): Arm {
  return onCandidate ? 'candidate' : 'stable';
}
