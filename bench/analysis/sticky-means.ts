// STATISTICS section 7, "Means and sticky subjects", and section 1, "Sticky subjects": equal arms, subjects with a rate of their
// own (beta with an ICC) and uneven activity, three steps. Means: 2,000 judged answers of either arm, margin 2 points;
// every answer | one a subject and step (decision 0063). Events: 2 and 20 % bad, r 1, no floor, so that equal arms are at the
// margin; every request | one bad event a subject in the release (errors) | a subject's first of a step (events).
// Usage: node bench/analysis/sticky-means.ts [runs]
import { createBadEventTest } from '../../analysis/guardrails/bad-event-test.ts';
import { createMeanTest } from '../../analysis/guardrails/mean-test.ts';
import { massDue } from '../../analysis/numbers/mass-schedule.ts';
import { createRandom, type Random } from './random.ts';
import { createStickySubjects, type StickyWorld, type Subject } from './sticky-subjects.ts';

const answers = 2_000;
const bounds = { least: 0, most: 1 };
const steps = [1, 2, 3];
const arms = ['candidate', 'stable'] as const;

/** The largest evidence of a release at one weight, with margin 2 points. */
export function largestOfMeans(random: Random, world: StickyWorld, once: boolean): number {
  const { pick } = createStickySubjects(random, world);
  const test = createMeanTest({ worse: 'lower', margin: { by: 'difference', of: 0.02 } });
  test.observe({ splitVersion: 0, bounds, observations: [], due: 1 });
  let largest = 0;
  for (const step of steps) {
    const seen = new Set<Subject>();
    for (let i = 0; i < (2 * answers) / steps.length; i++) {
      const arm = i % 2 === 0 ? ('candidate' as const) : ('stable' as const);
      const subject = pick[arm](random);
      if (once && seen.has(subject)) continue;
      seen.add(subject);
      const value = random.uniform() < subject.rate ? 1 : 0;
      test.observe({ splitVersion: step, bounds, observations: [{ arm, value }] });
      largest = Math.max(largest, test.logE());
    }
  }
  return largest;
}

/** What is one unit: as `Observer.unit` has it. */
export type Unit = 'request' | 'subject' | 'subject-in-step';

const looksOfStep = 100;

/** The largest evidence of a release whose looks are closed by number. */
export function largestOfEvents(
  random: Random,
  world: StickyWorld & { readonly requests: number },
  unit: Unit,
): number {
  const { pick, requestsShare } = createStickySubjects(random, world);
  const test = createBadEventTest({ ratio: 1, floor: 0, leastUnits: unit === 'subject-in-step' ? 20 : 0 });
  const looks = steps.flatMap((step) =>
    Array.from({ length: looksOfStep }, () => ({ stage: String(step), elapsedMs: 1 })),
  );
  const due = massDue(
    steps.map((step) => ({ stage: String(step), holdMs: looksOfStep })),
    looks,
  );
  const perLook = Math.ceil(world.requests / looks.length);
  const charged = new Set<Subject>();
  let first = new Set<Subject>();
  let largest = 0;
  for (const [i, { stage, elapsedMs }] of looks.entries()) {
    if (i % looksOfStep === 0) first = new Set();
    const counts = { candidate: [0, 0], stable: [0, 0] };
    for (let n = 0; n < perLook; n++) {
      const arm = random.uniform() < requestsShare ? ('candidate' as const) : ('stable' as const);
      const subject = pick[arm](random);
      const isBad = random.uniform() < subject.rate;
      if (unit === 'subject' && charged.has(subject)) continue;
      if (unit === 'subject-in-step' && first.has(subject)) continue;
      first.add(subject);
      if (isBad) charged.add(subject);
      counts[arm][0] = (counts[arm][0] ?? 0) + 1;
      if (isBad) counts[arm][1] = (counts[arm][1] ?? 0) + 1;
    }
    const [candidate, stable] = arms.map((arm) => counts[arm]);
    test.observe({
      ...{ splitVersion: Number(stage), elapsedMs, due: due[i] ?? 0 },
      ...{ candidateExposed: candidate?.[0] ?? 0, candidateBad: candidate?.[1] ?? 0 },
      ...{ stableExposed: stable?.[0] ?? 0, stableBad: stable?.[1] ?? 0 },
    });
    largest = Math.max(largest, test.logE());
  }
  return largest;
}

/** Taken back in % at alpha 5 % / .83 %. */
function takenBack(runs: number, largest: () => number): string {
  const found = Array.from({ length: runs }, largest);
  return [20, 120]
    .map((odds) => ((100 * found.filter((logE) => logE >= Math.log(odds)).length) / runs).toFixed(1))
    .join(' / ');
}

function print(runs: number): void {
  const worlds = [200, 2_000, 20_000].flatMap((subjects) =>
    [0, 0.05, 0.2].flatMap((icc) => [0.05, 0.25, 0.5].map((weight) => ({ subjects, icc, weight }))),
  );
  console.log('means, taken back in % at alpha 5 % / .83 %: every answer | one a subject and step');
  for (const of of worlds) {
    const random = createRandom(73);
    const world = { ...of, rate: 0.85 };
    const cells = [false, true].map((once) => takenBack(runs, () => largestOfMeans(random, world, once)));
    console.log(`${of.subjects} subjects, ICC ${of.icc}, weight ${100 * of.weight} %: ${cells.join(' | ')}`);
  }
  const units: readonly Unit[] = ['request', 'subject', 'subject-in-step'];
  console.log('events, the same: every request | one bad event a subject | a subject’s first of a step');
  for (const rate of [0.02, 0.2])
    for (const of of worlds) {
      const random = createRandom(74);
      const each = of.subjects === 200 ? 50 : of.subjects === 2_000 ? 20 : 5;
      const world = { ...of, rate, requests: of.subjects * each };
      const cells = units.map((unit) => takenBack(runs, () => largestOfEvents(random, world, unit)));
      console.log(
        `${100 * rate} % bad, ${of.subjects} subjects of ${each}, ICC ${of.icc}, weight ${100 * of.weight} %: ${cells.join(' | ')}`,
      );
    }
}

if (import.meta.main) print(Number(process.argv[2] ?? 400));
