import type { MeanObserved, MeanRequest } from '../../config-store/looks/read-counts.ts';
import type { ReleaseRow } from '../../config-store/releases/release-row.ts';
import { meansIn } from '../../domain/guardrail/means/mean.ts';
import { judgedMeans } from '../../domain/guardrail/registry.ts';
import type { Plan } from '../../domain/release/plan.ts';
import type { Counting } from '../../domain/split/split.ts';
import { withDue, type StageLook } from './due-looks.ts';
import type { MeanResult, MeanStates } from './judging/mean-states.ts';
import { observeMean } from './judging/observe-means.ts';

/** What a look asks of the observations: those of the plan's means that came since the look before. */
export function meansAsked(
  plan: Pick<Plan, 'guardrails'>,
  states: MeanStates['means'],
  counting: Counting | undefined,
): MeanRequest[] {
  const { endedMs } = meansIn(counting);
  return judgedMeans(plan).flatMap(({ name, guardrail, segments }) =>
    [name, ...segments.map(({ key }) => key)].map((key) => ({
      guardrail: key,
      after: states[key]?.cursor,
      // What others observe they say themselves how far they are.
      ...(guardrail.numberOf === undefined ? {} : { endedMs }),
    })),
  );
}

export interface MeansOfLook {
  readonly results: Readonly<Record<string, MeanResult>>;
  readonly states: MeanStates['means'];
}

/** Takes what was observed into the tests of a plan's means; undefined where it has none. */
export function observeMeans(
  release: Pick<ReleaseRow, 'plan' | 'rules'>,
  states: MeanStates['means'],
  look: {
    readonly splitVersion: number;
    readonly counting: Counting | undefined;
    readonly observed: readonly MeanObserved[];
    /** All looks up to this one: they say how much of the mass is due. */
    readonly looks: readonly StageLook[];
  },
): MeansOfLook | undefined {
  const judged = judgedMeans(release.plan);
  if (judged.length === 0) return undefined;
  const { observed, scored } = meansIn(look.counting);
  const due = withDue(look.looks, release).reduce((sum, each) => sum + each.due, 0);
  const seen = judged.flatMap((each) => {
    const { name, segments } = each;
    const counting = observed[name] ?? scored[name];
    if (counting === undefined) return [];
    return [name, ...segments.map(({ key }) => key)].map((key) => {
      const found = look.observed.find(({ guardrail }) => guardrail === key);
      const of = { judged: each, splitVersion: look.splitVersion, counting, observed: found, due };
      return [key, observeMean(states[key], of)] as const;
    });
  });
  return {
    results: Object.fromEntries(seen.map(([name, { result }]) => [name, result])),
    states: { ...states, ...Object.fromEntries(seen.map(([name, { state }]) => [name, state])) },
  };
}
