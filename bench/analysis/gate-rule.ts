// STATISTICS section 8: the relative rule at looks of 1, 3 and 5 repeats, and how often the one-sided 95 % lower bound of
// the pass rate is right. The case model is ours (see suite-runs.ts), so figures agree in kind, not to the digit.
import { decideGate, nextRepeats } from '../../analysis/gate-decision.ts';
import { designEffect } from '../../analysis/design-effect.ts';
import { oneSided95, wilsonInterval } from '../../analysis/wilson.ts';
import { createRandom } from './random.ts';
import type { Random } from './random.ts';
import { drawCases, drawScores, meanPassProbability } from './suite-runs.ts';

function relativeOutcome(random: Random, count: number, loss: number): string {
  const cases = drawCases(random, count).map((probability, i) => ({
    id: String(i),
    critical: false,
    candidate: drawScores(random, probability * (1 - loss / meanPassProbability), 5),
    stable: drawScores(random, probability, 5),
    errors: 0,
  }));
  const rule = { minPassRate: 0, margin: 0.02, criticalPolicy: 'sequential', maxRepeats: 5 } as const;
  for (let looksTaken = 1; ; looksTaken++) {
    const input = { cases, looksTaken, ...rule };
    const { outcome } = decideGate(input);
    if (outcome !== 'inconclusive' || nextRepeats(input) === 'none') return outcome;
  }
}

function coverage(random: Random, count: number, repeats: number, runs: number): [number, number] {
  let [all, effective] = [0, 0];
  for (let run = 0; run < runs; run++) {
    const means = drawCases(random, count).map((probability) => ({
      mean: random.binomial(repeats, probability) / repeats,
    }));
    const rate = means.reduce((sum, { mean }) => sum + mean, 0) / count;
    const lower = (n: number) => wilsonInterval(rate, n, oneSided95).lower;
    if (lower(count * repeats) <= meanPassProbability) all++;
    if (lower(count / designEffect(means, repeats)) <= meanPassProbability) effective++;
  }
  return [(100 * all) / runs, (100 * effective) / runs];
}

const random = createRandom(17);
for (const count of [100, 400, 1000]) {
  for (const loss of [0, 0.05]) {
    const runs = 1000;
    const outcomes = Array.from({ length: runs }, () => relativeOutcome(random, count, loss));
    const percent = (name: string) =>
      ((100 * outcomes.filter((one) => one === name).length) / runs).toFixed(1);
    console.log(
      `${count} cases, ${loss === 0 ? 'unchanged' : '-5 points'}: pass ${percent('pass')}, block ${percent('block')}, ` +
        `inconclusive ${percent('inconclusive')}`,
    );
  }
}
for (const count of [25, 100, 400]) {
  for (const repeats of [1, 3, 5]) {
    const [all, effective] = coverage(random, count, repeats, 4000);
    console.log(
      `${count} cases, K ${repeats}: lower bound right in ${all.toFixed(1)} % with n = mK, ` +
        `${effective.toFixed(1)} % with n = m / design effect`,
    );
  }
}
