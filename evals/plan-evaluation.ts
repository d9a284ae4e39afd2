import type { EvaluateSettings } from '../domain/plan.ts';
import type { EvalCase } from './eval-case.ts';
import type { EvalPlan } from './work.ts';

/** The plan of an evaluation: which cases, on which revisions, judged how. */
export function planOf(args: {
  cases: readonly EvalCase[];
  candidate: string;
  /** The revision in production, where there is one other than the candidate. */
  stable: string | undefined;
  /** Length of the candidate's chain. */
  targets: number;
  settings: EvaluateSettings;
}): EvalPlan {
  const { candidate, stable, targets } = args;
  const { minPassRate, margin, maxRepeats, critical } = args.settings;
  return {
    candidate,
    ...(stable === undefined || stable === candidate ? {} : { stable }),
    cases: args.cases.map(({ id, critical: isCritical, group }) => ({
      id,
      critical: isCritical,
      ...(group === undefined ? {} : { group }),
    })),
    targets,
    settings: { minPassRate, margin, maxRepeats, critical },
  };
}
