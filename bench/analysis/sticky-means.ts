// STATISTICS section 7, "Means and sticky subjects": equal arms, subjects with a rate of their own (beta with an ICC) and
// uneven activity, three steps of 700 judged answers; every answer | one a subject and step (decision 0063).
// Usage: node bench/analysis/sticky-means.ts [runs]
import { createMeanTest } from '../../analysis/guardrails/mean-test.ts';
import { createPicker, createRandom, normal, type Random } from './random.ts';

const runs = Number(process.argv[2] ?? 400);
const answers = 2_000;
const rate = 0.85;
const bounds = { least: 0, most: 1 };

/** A gamma variate of a small or large shape (Marsaglia and Tsang 2000). */
function gamma(random: Random, shape: number): number {
  if (shape < 1) return gamma(random, shape + 1) * random.uniform() ** (1 / shape);
  const d = shape - 1 / 3;
  for (;;) {
    const x = normal(random);
    const v = (1 + x / Math.sqrt(9 * d)) ** 3;
    if (v > 0 && Math.log(random.uniform()) < 0.5 * x * x + d * (1 - v + Math.log(v))) return d * v;
  }
}

function ownRate(random: Random, icc: number): number {
  if (icc === 0) return rate;
  const spread = 1 / icc - 1;
  const [a, b] = [gamma(random, rate * spread), gamma(random, (1 - rate) * spread)];
  return a / (a + b);
}

interface Subject {
  readonly rate: number;
  readonly activity: number;
}

/** The largest evidence of a release at one weight, with margin 2 points. */
function largestEvidence(
  random: Random,
  study: { subjects: number; icc: number; weight: number; once: boolean },
): number {
  const { icc, weight, once } = study;
  const subjects = Array.from({ length: study.subjects }, () => ({
    rate: ownRate(random, icc),
    activity: Math.exp(1.2 * normal(random)),
  }));
  const candidates = subjects.filter((_, i) => i < Math.max(1, Math.round(weight * subjects.length)));
  const arms = {
    candidate: createPicker(candidates, ({ activity }) => activity),
    stable: createPicker(subjects.slice(candidates.length), ({ activity }) => activity),
  };
  const test = createMeanTest({ worse: 'lower', margin: { by: 'difference', of: 0.02 } });
  test.observe({ splitVersion: 0, bounds, observations: [], due: 1 });
  let largest = 0;
  for (let step = 1; step <= 3; step++) {
    const seen = new Set<Subject>();
    for (let i = 0; i < (2 * answers) / 3; i++) {
      const arm = i % 2 === 0 ? ('candidate' as const) : ('stable' as const);
      const subject = arms[arm](random);
      if (once && seen.has(subject)) continue;
      seen.add(subject);
      const value = random.uniform() < subject.rate ? 1 : 0;
      test.observe({ splitVersion: step, bounds, observations: [{ arm, value }] });
      largest = Math.max(largest, test.logE());
    }
  }
  return largest;
}

console.log('taken back in % at alpha 5 % / .83 %: every answer | one a subject and step');
for (const subjects of [200, 2_000, 20_000])
  for (const icc of [0, 0.05, 0.2])
    for (const weight of [0.05, 0.25, 0.5]) {
      const random = createRandom(73);
      const of = (once: boolean): string => {
        const found = Array.from({ length: runs }, () =>
          largestEvidence(random, { subjects, icc, weight, once }),
        );
        return [20, 120]
          .map((odds) => ((100 * found.filter((logE) => logE >= Math.log(odds)).length) / runs).toFixed(1))
          .join(' / ');
      };
      console.log(`${subjects} subjects, ICC ${icc}, weight ${100 * weight} %: ${of(false)} | ${of(true)}`);
    }
