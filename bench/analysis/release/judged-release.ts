import { createBadEventTest } from '../../../analysis/guardrails/bad-event-test.ts';
import { createMeanTest, type MeanObservation } from '../../../analysis/guardrails/mean-test.ts';
import { noCounts, type SettledCounts } from '../../../analysis/guardrails/look-counts.ts';
import { averageEvidence } from '../../../analysis/numbers/average-evidence.ts';
import { massDue } from '../../../analysis/numbers/mass-schedule.ts';
import { courseOf } from '../../../activities/looks/judging/course.ts';
import { horizons, type Horizon } from '../../../domain/guardrail/arm-counts.ts';
import { actsAlone } from '../../../domain/guardrail/odds.ts';
import { judgedGuardrails, judgedMeans } from '../../../domain/guardrail/registry.ts';
import type { Plan } from '../../../domain/release/plan.ts';

/** Counts of one split version. */
export type VersionCount = SettledCounts & { readonly splitVersion: number };

/** What a look adds to those before. */
export interface LookFound {
  readonly stage: string;
  readonly splitVersion: number;
  readonly elapsedMs: number;
  /** By counter. */
  readonly counts: Readonly<Record<string, Readonly<Record<Horizon, readonly VersionCount[]>>>>;
  /** Guardrails that decide nothing at this look. */
  readonly dryRuns?: ReadonlySet<string>;
  readonly means?: Readonly<Record<string, readonly MeanObservation[]>>;
}

/** What clips the values of means. */
export type MeanBounds = Readonly<Record<string, { readonly least: number; readonly most: number }>>;

/**
 * A release judged look by look as the product judges it: its guardrails with their shares, both horizons, mass, means, by
 * the product's own tests. They are kept from look to look, where a worker goes on from their stored states: that is
 * held by its own tests, and would cost more than all else here. Gives the guardrail that takes the candidate back.
 */
export function createJudgedRelease(
  plan: Plan,
  bounds: MeanBounds = {},
): (look: LookFound) => string | undefined {
  const guardrails = judgedGuardrails(plan).map(({ name, guardrail, rule, share, counters, minSamples }) => ({
    ...{ name, share, holds: guardrail.onAlarm === 'hold' },
    counters: counters.map((counter) => {
      const leastUnits = Math.max(minSamples, guardrail.leastUnits?.[counter.ofKind] ?? 0);
      const test = () => createBadEventTest({ ratio: rule.ratio, floor: rule.floor, leastUnits });
      return { name: counter.name, tests: { short: test(), long: test() } };
    }),
  }));
  const means = judgedMeans(plan).map(({ name, rule: { worse, margin }, share }) => ({
    ...{ name, actsAt: actsAlone(Math.log(1 / plan.alpha), share), share },
    test: createMeanTest({ worse, margin }),
  }));
  const elsewhere = means.reduce((sum, { share }) => sum + share, 0);
  const steps = courseOf(plan).steps.slice(0, plan.steps.length);
  const heldMs = new Map<string, number>();

  /** As judge-step.ts has it: what only holds has evidence 1, and so have the shares that are in no sum. */
  const together = (horizon: Horizon): number => {
    const logEs = guardrails.map(({ counters, holds }) =>
      holds ? 0 : averageEvidence(counters.map(({ tests }) => tests[horizon].logE())),
    );
    const shares = guardrails.map(({ share }) => share);
    const rest = Math.max(0, 1 - elsewhere - shares.reduce((sum, share) => sum + share, 0));
    return averageEvidence([...logEs, 0, -Infinity], [...shares, rest, elsewhere]);
  };
  return ({ stage, splitVersion, elapsedMs, counts, dryRuns, means: observed = {} }) => {
    const before = [...heldMs].map(([name, held]) => ({ stage: name, elapsedMs: held }));
    const due = massDue(steps, [...before, { stage, elapsedMs }]).at(-1) ?? 0;
    heldMs.set(stage, (heldMs.get(stage) ?? 0) + elapsedMs);
    for (const { name, counters } of guardrails)
      for (const counter of counters)
        for (const horizon of horizons) {
          const rows = dryRuns?.has(name) === true ? [] : (counts[counter.name]?.[horizon] ?? []);
          const test = counter.tests[horizon];
          test.observe({ ...noCounts, splitVersion: 0, elapsedMs: 0, due });
          for (const row of rows) test.observe({ ...row, elapsedMs: 0 });
        }
    for (const { name, test } of means) {
      const range = bounds[name];
      if (range !== undefined)
        test.observe({ splitVersion, bounds: range, observations: observed[name] ?? [], due });
    }
    const worse = means.find(({ test, actsAt }) => test.logE() >= actsAt);
    if (worse !== undefined) return worse.name;
    const logE = Math.max(together('short'), together('long')) - Math.log(2);
    if (logE < Math.log(1 / plan.alpha)) return undefined;
    return guardrails
      .map(({ name, counters }) => ({
        name,
        logE: Math.max(...counters.flatMap(({ tests }) => [tests.short.logE(), tests.long.logE()])),
      }))
      .reduce((a, b) => (b.logE > a.logE ? b : a)).name;
  };
}
