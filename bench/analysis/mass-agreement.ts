// DESIGN section 7, restart mass: what the product's judge says of random schedules, held beside an independent program in
// another language (independent/evidence.py). Plans of one to five steps with holds of nothing to hours, skipped steps,
// extensions, comparisons, the last share, a guard, late rows of split versions before, looks with an empty arm.
// Usage: node bench/analysis/mass-agreement.ts [schedules]
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { judgeLooks } from '../../activities/looks/judging/judge-looks.ts';
import type { StageLook } from '../../activities/looks/due-looks.ts';
import { judgedGuardrails } from '../../domain/guardrail/registry.ts';
import { currentRules } from '../../domain/guardrail/rules.ts';
import { planSchema, type Plan } from '../../domain/release/plan.ts';
import { createRandom, type Random } from './random.ts';

type Rows = StageLook['counters'][string]['short'];

function pick<T>({ uniform }: Random, of: readonly T[]): T {
  const one = of[Math.floor(uniform() * of.length)];
  if (one === undefined) throw new RangeError('There is nothing to pick from.');
  return one;
}

function planOf(random: Random): Plan {
  const weights = [2, 5, 10, 25, 50].filter(() => random.uniform() < 0.4);
  const holds = ['0s', '1s', '90s', '10m', '30m', '4h'];
  const rule = () => ({ ratio: pick(random, [1, 1.25, 2, 7.5]), floor: pick(random, [0, 0.0005, 0.02]) });
  return planSchema.parse({
    steps: [...weights, 100].map((weight) => ({ weight, hold: pick(random, holds) })),
    ...(random.uniform() < 0.3 ? { guard: '30m' } : {}),
    guardrails: { errors: rule(), latency: rule(), slowdown: rule() },
  });
}

/** Counts at the long horizon are at least those of the short one by chance alone: the judge takes what there is. */
function rowsOf(random: Random, splitVersion: number): Rows {
  const perLook = pick(random, [0, 1, 5, 50, 2_000]);
  const weight = pick(random, [0, 0.05, 0.5, 0.95]);
  const rate = pick(random, [0, 0.001, 0.02, 0.4]);
  const one = (version: number) => {
    const candidateExposed = random.binomial(perLook, weight);
    const stableExposed = perLook - candidateExposed;
    return {
      ...{ splitVersion: version, elapsedMs: 0, candidateExposed, stableExposed },
      candidateBad: random.binomial(candidateExposed, Math.min(1, rate * pick(random, [1, 1, 3]))),
      stableBad: random.binomial(stableExposed, rate),
    };
  };
  const late = splitVersion > 1 && random.uniform() < 0.2 ? [one(splitVersion - 1)] : [];
  return random.uniform() < 0.05 ? [] : [one(splitVersion), ...late];
}

function looksOf(random: Random, plan: Plan): StageLook[] {
  const others = plan.guard === undefined ? ['full', 'compare'] : ['compare', 'guard'];
  const stages = plan.steps.map(({ weight }) => `canary-${weight}`).filter(() => random.uniform() < 0.85);
  const walked = [...stages, ...others.filter(() => random.uniform() < 0.3)];
  return walked.flatMap((stage, i) =>
    Array.from({ length: 1 + Math.floor(8 * random.uniform()) }, (): StageLook => {
      const counted = () => ({ short: rowsOf(random, i + 1), long: rowsOf(random, i + 1) });
      const names = judgedGuardrails(plan).flatMap(({ counters }) => counters.map(({ name }) => name));
      return {
        ...{ stage, elapsedMs: pick(random, [0, 250, 15_000, 600_000, 7_200_000]), dryRuns: {} },
        counters: Object.fromEntries(names.map((name) => [name, counted()])),
      };
    }),
  );
}

const ofOneCounter = ['errors', 'latency'];

function schedule(random: Random): string | undefined {
  const plan = planOf(random);
  const looks = looksOf(random, plan);
  if (looks.length === 0) return undefined;
  const present = { splitVersion: 1, weight: 50, stage: looks.at(-1)?.stage ?? '', minExposures: 50 };
  const judged = judgeLooks(looks, { plan, rules: currentRules }, present);
  const guardMs = plan.guard === undefined ? 0 : 30 * 60_000;
  const last = plan.steps.length - 1;
  const hold: Readonly<Record<string, number>> = {
    ...{ '0s': 0, '1s': 1_000, '90s': 90_000, '10m': 600_000, '30m': 1_800_000, '4h': 14_400_000 },
  };
  const lines = ofOneCounter.map((name) => ({
    steps: plan.steps.map(({ weight, hold: text }, i) => ({
      stage: `canary-${weight}`,
      holdMs: (hold[text] ?? NaN) + (i === last ? guardMs : 0),
    })),
    looks: looks.map(({ stage, elapsedMs, counters }) => ({
      // A guard is the last step going on.
      stage: stage === 'guard' ? `canary-${plan.steps[last]?.weight}` : stage,
      elapsedMs,
      short: tuples(counters[name]?.short ?? []),
      long: tuples(counters[name]?.long ?? []),
    })),
    said: judgedGuardrails(plan).flatMap(({ name: of, rule, minSamples }) =>
      of === name
        ? [
            {
              ...{ ratio: rule.ratio, floor: rule.floor, least: minSamples },
              logE: judged.guardrails.find((each) => each.name === name)?.evidence,
            },
          ]
        : [],
    ),
  }));
  return lines.map((line) => JSON.stringify(line)).join('\n');
}

function tuples(rows: Rows) {
  return rows.map((row) => [
    row.splitVersion,
    ...[row.candidateExposed, row.candidateBad, row.stableExposed, row.stableBad],
  ]);
}

const random = createRandom(20_261_130);
const count = Number(process.argv[2] ?? 200);
const lines = Array.from({ length: count }, () => schedule(random)).filter((line) => line !== undefined);
const { status, stdout, stderr } = spawnSync(
  'python3',
  [join(import.meta.dirname, 'independent/evidence.py')],
  {
    input: lines.join('\n'),
    encoding: 'utf8',
  },
);
console.log(stdout.trim() || stderr);
process.exitCode = status ?? 1;
