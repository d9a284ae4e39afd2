// STATISTICS section 6: good releases taken back over a whole plan (5 % 30 min, 25 % 30 min, 95 % 60 min, 20 requests a
// second, looks of 15 s), six guardrails: four of bad events at two horizons, and two of means with as many answers of
// either arm, judged as the product judges them. Usage: node bench/analysis/good-releases.ts [runs]
import { createBadEventTest } from '../../analysis/guardrails/bad-event-test.ts';
import { createMeanTest, type MeanObservation } from '../../analysis/guardrails/mean-test.ts';
import { logSumExp } from '../../analysis/numbers/log-space.ts';
import { massDue } from '../../analysis/numbers/mass-schedule.ts';
import { createRandom, normal, type Random } from './random.ts';

const runs = Number(process.argv[2] ?? 2_000);
const minute = 60_000;
const steps = [
  { stage: '5', holdMs: 30 * minute, weight: 0.05 },
  { stage: '25', holdMs: 30 * minute, weight: 0.25 },
  { stage: '95', holdMs: 60 * minute, weight: 0.95 },
];
const elapsedMs = 30_000;
const perLook = 20 * (elapsedMs / 1_000);
const looks = steps.flatMap(({ stage, holdMs }) =>
  Array.from({ length: holdMs / elapsedMs }, () => ({ stage, elapsedMs })),
);
const due = massDue(steps, looks);
const share = 1 / 6;
const rates = [0.001, 0.01, 0.05, 0.2];
/** Subjects observed in a look, of either arm. */
const observed = 8;

interface World {
  readonly ratio: number;
  /** How much worse the candidate is: 0 equal, 1 at the margin. */
  readonly worse: number;
}

function isTakenBack(random: Random, { ratio, worse }: World): boolean {
  const events = rates.map(() => createBadEventTest({ ratio, floor: 0.0005 }));
  const cost = createMeanTest({ worse: 'higher', margin: { by: 'ratio', of: 0.1 } });
  const score = createMeanTest({ worse: 'lower', margin: { by: 'difference', of: 0.005 } });
  for (const [i, { stage }] of looks.entries()) {
    const splitVersion = steps.findIndex((step) => step.stage === stage);
    const weight = steps[splitVersion]?.weight ?? 0;
    const now = { splitVersion, due: due[i] ?? 0 };
    rates.forEach((rate, g) => {
      const candidateExposed = random.binomial(perLook, weight);
      const stableExposed = perLook - candidateExposed;
      const allowed = ratio * rate + 0.0005 - rate;
      const candidateBad = random.binomial(candidateExposed, rate + worse * allowed);
      const stableBad = random.binomial(stableExposed, rate);
      events[g]?.observe({ ...now, elapsedMs, candidateExposed, candidateBad, stableExposed, stableBad });
    });
    cost.observe({
      ...now,
      bounds: costs,
      observations: observe(
        random,
        (isCandidate) => Math.exp(normal(random)) * (isCandidate ? 1 + 0.1 * worse : 1),
      ),
    });
    score.observe({
      ...now,
      bounds: scores,
      observations: observe(random, (isCandidate) =>
        random.uniform() < 0.85 - (isCandidate ? 0.005 * worse : 0) ? 1 : 0,
      ),
    });
    if (alarms(events, [cost, score])) return true;
  }
  return false;
}

const costs = { least: 0, most: Math.exp(2.326) };
const scores = { least: 0, most: 1 };

function observe(random: Random, value: (isCandidate: boolean) => number): MeanObservation[] {
  return Array.from({ length: 2 * observed }, () => {
    const isCandidate = random.uniform() < 0.5;
    return { arm: isCandidate ? 'candidate' : 'stable', value: value(isCandidate) };
  });
}

interface Evidence {
  logE(): number;
}

/** As judge-step.ts has it where both horizons have counted the same, and as each mean by itself. */
function alarms(events: readonly Evidence[], means: readonly Evidence[]): boolean {
  const together = logSumExp(events.map((test) => test.logE() + Math.log(share))) - Math.LN2;
  return Math.max(together, ...means.map((test) => test.logE() + Math.log(share))) >= Math.log(20);
}

for (const world of [
  { ratio: 1.25, worse: 0 },
  { ratio: 1.25, worse: 1 },
  { ratio: 1, worse: 0 },
]) {
  const random = createRandom(79);
  let back = 0;
  for (let run = 0; run < runs; run++) if (isTakenBack(random, world)) back += 1;
  console.log(
    `r ${world.ratio}, ${world.worse === 0 ? 'equal' : 'at the margin'}: ${((100 * back) / runs).toFixed(2)} %`,
  );
}
