// Issue 13: an app of 1,000 requests a day with the plan that `sluice plan fit` gives it (the mirror decides, a canary of 25 and
// 75 % is the net), on a clock of its own: a candidate that is 10 points worse, of the same latency, errors and form, and
// an equal one. The mirror compares the scores of 150 pairs, the canary judges all guardrails and the scores of live
// answers, one of each subject and step; both by the product's own code. A live subject is one request here.
// Usage: node bench/analysis/thousand-a-day.ts [releases]
import { compareScores } from '../../analysis/mirror/compare-scores.ts';
import { durationMs } from '../../domain/duration.ts';
import { fittedPlan } from '../../domain/release/fitted-plan.ts';
import { planSchema } from '../../domain/release/plan.ts';
import type { Arm } from '../../domain/split/split.ts';
import { drawPairs } from './mirror-scores.ts';
import { createRandom, quantile, type Random } from './random.ts';
import { createCountedTraffic, type CounterRate } from './release/counted-traffic.ts';
import { playRelease, type Traffic } from './release/play-release.ts';

const requestsPerDay = 1_000;
const dayMs = 24 * 3_600_000;
const stableRight = 0.85;
const fitted = fittedPlan(requestsPerDay);
const plan = planSchema.parse({ ...fitted, evaluate: 'skip', guardrails: { score: {}, slowdown: 'off' } });
const holdsMs = plan.steps.reduce((sum, { hold }) => sum + durationMs(hold), 0);

/** Bad events of an ordinary app, as many of either arm. */
const counters: readonly CounterRate[] = [
  { name: 'errors', rate: () => 0.01 },
  { name: 'latency', rate: () => 0.01 },
  { name: 'failovers', rate: () => 0.005 },
  { name: 'truncated', onlyLong: true, rate: () => 0.02 },
  { name: 'refused', onlyLong: true, rate: () => 0.005 },
  { name: 'invalid-format', onlyLong: true, rate: () => 0.001 },
];

interface Ended {
  readonly how: 'stopped by the mirror' | 'taken back' | 'promoted';
  readonly exposed: number;
  readonly afterMs: number;
}

/** The newest 150 samples are there where the app has served for a few hours; an app that is new waits for them. */
const samplesMs = (fitted.mirror.samples / requestsPerDay) * dayMs;

export function runRelease(
  random: Random,
  { loss, differ, isNew }: { readonly loss: number; readonly differ: number; readonly isNew: boolean },
): Ended {
  const { margin, minPairs, samples } = fitted.mirror;
  const waitedMs = isNew ? Math.min(samplesMs, durationMs(fitted.mirror.maxWait)) : 0;
  const mirror = compareScores(drawPairs(random, { pairs: samples, loss, differ }), { margin, minPairs });
  if (mirror?.outcome !== 'pass') return { how: 'stopped by the mirror', exposed: 0, afterMs: waitedMs };
  const traffic = createCountedTraffic(random, { perSecond: requestsPerDay / (dayMs / 1_000), counters });
  let score: { readonly arm: Arm; readonly value: number }[] = [];
  const net: Traffic = {
    ...traffic,
    bounds: { score: { least: 0, most: 1 } },
    pass(period) {
      const before = traffic.candidateRequests();
      traffic.pass(period);
      // As many of either arm: what the thinner one brings.
      const odds = Math.min(1, (1 - period.weight) / period.weight);
      if (traffic.candidateRequests() === before || random.uniform() >= odds) return;
      for (const arm of ['candidate', 'stable'] as const) {
        const rate = stableRight - (arm === 'candidate' ? loss : 0);
        score.push({ arm, value: Number(random.uniform() < rate) });
      }
    },
    found(period) {
      const means = { score };
      score = [];
      return { ...traffic.found(period), means };
    },
  };
  const played = playRelease(plan, net, 15_000);
  return {
    how: played.takenBackBy === undefined ? 'promoted' : 'taken back',
    exposed: played.candidateRequests,
    afterMs: waitedMs + played.afterMs,
  };
}

function print(releases: number): void {
  const steps = fitted.steps.map(({ weight, hold }) => `${weight} % for ${hold}`).join(', ');
  const { samples, margin, maxWait } = fitted.mirror;
  console.log(
    `the plan for ${requestsPerDay} a day: a mirror of ${samples} pairs (margin ${margin}, waits ${maxWait}), then ${steps}, ` +
      `${holdsMs / 3_600_000} h of holds`,
  );
  for (const isNew of [false, true])
    for (const differ of [0, 0.05, 0.1, 0.3])
      for (const loss of [0.1, 0]) {
        const random = createRandom(89);
        const ended = Array.from({ length: releases }, () => runRelease(random, { loss, differ, isNew }));
        const count = (how: Ended['how']) => ended.filter((each) => each.how === how).length;
        const exposed = ended.map((each) => each.exposed);
        const days = ended.map(({ afterMs }) => afterMs / dayMs);
        console.log(
          `${isNew ? 'a new app' : 'an app with samples'}, ${differ * 100} % of the answers differ by chance, ` +
            `${loss === 0 ? 'equal' : `${loss * 100} points worse`}: ${count('stopped by the mirror')} stopped by the mirror, ` +
            `${count('taken back')} taken back live, ${count('promoted')} promoted of ${releases}; live subjects exposed ` +
            `median ${quantile(exposed, 0.5)}, 95 % ${quantile(exposed, 0.95)}; at most ${Math.max(...days).toFixed(2)} days`,
        );
      }
}

if (import.meta.main) print(Number(process.argv[2] ?? 200));
