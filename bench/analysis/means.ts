// STATISTICS section 7: what the test of means finds, and how often it takes back a good candidate (decision 0063).
// Usage: node bench/analysis/means.ts [runs]
import {
  createMeanTest,
  type MeanObservation,
  type MeanOptions,
} from '../../analysis/guardrails/mean-test.ts';
import { createRandom, normal, quantile, type Random } from './random.ts';

const runs = Number(process.argv[2] ?? 400);
const score = (margin: number): MeanOptions => ({ worse: 'lower', margin: { by: 'difference', of: margin } });
const cost = (margin: number): MeanOptions => ({ worse: 'higher', margin: { by: 'ratio', of: margin } });
const one = Math.log(120);
const all = Math.log(20);

type Draw = (random: Random, arm: MeanObservation['arm']) => number;
interface Study {
  readonly options: MeanOptions;
  readonly bounds: { readonly least: number; readonly most: number };
  readonly draw: Draw;
  /** Of the mass, what is in at the start. */
  readonly due: number;
  readonly logThreshold: number;
  readonly most: number;
}

/** Judged answers of the candidate until the alarm; Infinity without one. Looks of 8 answers, either arm by a coin. */
function answersUntilAlarm(
  random: Random,
  { options, bounds, draw, due, logThreshold, most }: Study,
): number {
  const test = createMeanTest(options);
  test.observe({ splitVersion: 1, bounds, observations: [], due });
  for (let candidate = 0; candidate < most;) {
    const observations = Array.from({ length: 8 }, () => {
      const arm = random.uniform() < 0.5 ? ('candidate' as const) : ('stable' as const);
      if (arm === 'candidate') candidate += 1;
      return { arm, value: draw(random, arm) };
    });
    test.observe({ splitVersion: 1, bounds, observations });
    if (test.logE() >= logThreshold) return candidate;
  }
  return Infinity;
}

function report(name: string, study: Study): void {
  const random = createRandom(71);
  const found = Array.from({ length: runs }, () => answersUntilAlarm(random, study));
  const alarms = found.filter(Number.isFinite).length;
  console.log(`${name}: median ${quantile(found, 0.5)}, alarms ${((100 * alarms) / runs).toFixed(1)} %`);
}

const right =
  (rate: number, worse: number): Draw =>
  (random, arm) =>
    random.uniform() < (arm === 'candidate' ? rate - worse : rate) ? 1 : 0;
const graded =
  (worse: number): Draw =>
  (random, arm) =>
    Math.min(1, Math.max(0, 0.8 - (arm === 'candidate' ? worse : 0) + 0.12 * normal(random)));
const spent =
  (sigma: number, times: number): Draw =>
  (random, arm) =>
    Math.exp(sigma * normal(random)) * (arm === 'candidate' ? times : 1);
const whole = { least: 0, most: 1 };
const clipped = { least: 0.52, most: 1 };
const capped = (sigma: number) => ({ least: 0, most: Math.exp(2.326 * sigma) });
const finding = { due: 1, logThreshold: one, most: 8_000 };
const alarming = { due: 1, logThreshold: all, most: 3_000 };

console.log(`found, alpha 5/6 %, ${runs} runs, judged answers of the candidate`);
for (const margin of [0, 0.005, 0.01, 0.02])
  for (const due of [1, 0.4])
    report(`right .85, 5 points worse, margin ${margin}, mass ${due}`, {
      ...{ ...finding, options: score(margin), bounds: whole, draw: right(0.85, 0.05), due },
    });
for (const worse of [0.1, 0.2])
  report(`right .85, ${worse} worse, margin .02`, {
    ...{ ...finding, options: score(0.02), bounds: whole, draw: right(0.85, worse) },
  });
for (const worse of [0.05, 0.1, 0.2])
  report(`graded .80 sd .12, ${worse} worse, margin .02, clipped`, {
    ...{ ...finding, options: score(0.02), bounds: clipped, draw: graded(worse) },
  });
for (const sigma of [0.5, 1, 1.5, 2])
  report(`cost + 50 %, sigma ${sigma}, margin 10 %`, {
    ...{ ...finding, options: cost(0.1), bounds: capped(sigma), draw: spent(sigma, 1.5) },
  });

console.log(`false alarms, alpha 5 %, ${runs} runs of 3,000 answers`);
for (const margin of [0, 0.02]) {
  report(`right .85, at the margin ${margin}`, {
    ...{ ...alarming, options: score(margin), bounds: whole, draw: right(0.85, margin) },
  });
  report(`graded, at the margin ${margin}`, {
    ...{ ...alarming, options: score(margin), bounds: clipped, draw: graded(margin) },
  });
}
for (const sigma of [0.5, 1, 1.5, 2])
  report(`cost at the margin, sigma ${sigma}`, {
    ...{ ...alarming, options: cost(0.1), bounds: capped(sigma), draw: spent(sigma, 1.1) },
  });
report('cost equal, sigma 1', {
  ...{ ...alarming, options: cost(0.1), bounds: capped(1), draw: spent(1, 1) },
});

console.log(
  'false alarms at the margin 0 in incidents: rate .85, for 60 of 600 answers .3 in both arms; alpha 5 %',
);
report('incidents', {
  ...{ ...alarming, options: score(0), bounds: whole },
  draw: (() => {
    let answers = 0;
    return (random) => (random.uniform() < (answers++ % 600 < 60 ? 0.3 : 0.85) ? 1 : 0);
  })(),
});
