import type { Pool } from 'pg';
import { newestCalibrations } from '../../config-store/judges/newest-calibrations.ts';
import { takeJudgeCall } from '../../config-store/judges/take-judge-call.ts';
import type { LabelledCounts } from '../../analysis/judges/calibration.ts';
import { sightOf } from '../../analysis/judges/sight.ts';
import type { JudgesSight } from '../../domain/guardrail/means/mean.ts';
import { admissionOf } from '../../analysis/judges/admission.ts';
import { SluiceError } from '../../domain/errors.ts';
import { judgesOf, type NamedJudge } from '../../domain/evaluation/judges-of.ts';
import type { Binding } from '../../domain/revision/binding.ts';
import { usedUp, type JudgeBudget } from '../../evals/judges/judge-budget.ts';
import type { Judging } from '../../evals/judges/judging.ts';
import { openJudging, type OpenJudging } from '../../evals/judges/open-judging.ts';
import type { EvalPlan } from '../../evals/run/work.ts';

/** What judges are asked with, in a worker. */
type WorkersJudging = Omit<OpenJudging, 'budget' | 'isAdmitted'> & { readonly db: Pool };

/** The budget of all workers together. */
export function sharedBudget(db: Pool): JudgeBudget {
  return {
    async take(judge) {
      const { callsPerDay } = judge.binding;
      if (!(await takeJudgeCall(db, { judge: judge.digest, callsPerDay }))) throw usedUp(judge);
    },
  };
}

/** What labels say of the judges that they admit, by digest. */
type AdmittedJudges = ReadonlyMap<string, LabelledCounts>;

/** The judges of an environment whose newest calibration admits them. */
export async function judgesAdmitted(db: Pool, binding: Binding): Promise<AdmittedJudges> {
  const digests = [...judgesOf(binding).values()].map(({ digest }) => digest);
  const known = digests.length === 0 ? [] : await newestCalibrations(db, digests);
  const admitted = known.filter((row) => admissionOf(row).kind === 'admitted');
  return new Map(admitted.map((row) => [row.judge, row]));
}

/** The same as a question. */
export async function admittedJudges(db: Pool, binding: Binding): Promise<(judge: NamedJudge) => boolean> {
  const admitted = await judgesAdmitted(db, binding);
  return ({ digest }) => admitted.has(digest);
}

/** How much of a difference some judges see: by the one that sees least. Undefined where none of them was admitted. */
export function leastSight(judges: readonly NamedJudge[], admitted: AdmittedJudges): JudgesSight | undefined {
  const seen = judges.flatMap(({ digest }) => {
    const labels = admitted.get(digest);
    return labels === undefined ? [] : [{ ...sightOf(labels) }];
  });
  return seen.toSorted((a, b) => a.lower - b.lower)[0];
}

/** The judges of an environment, with the budget that all workers have together. */
export function judgingOf(
  { db, binding, gateway, patience }: WorkersJudging,
  isAdmitted: OpenJudging['isAdmitted'],
  labelsOf?: OpenJudging['labelsOf'],
): Judging {
  return openJudging({ binding, gateway, patience, budget: sharedBudget(db), isAdmitted, labelsOf });
}

/**
 * The same with those that were admitted when the evaluation was planned: it ends by the judges that it began with. Throws
 * `broken_measurement` where a judge is another one by now: its verdicts are not those that were planned.
 */
export function plannedJudging(parts: WorkersJudging, { judges = {} }: Pick<EvalPlan, 'judges'>): Judging {
  const digests = new Set(Object.values(judges));
  const judging = judgingOf(parts, ({ digest }) => digests.has(digest));
  for (const [name, digest] of Object.entries(judges)) {
    if (judging.named(name).digest === digest) continue;
    throw new SluiceError('broken_measurement', `The judge "${name}" is another one than when this began.`, {
      remedy: 'Start the release again: the judge was changed in sluice.environments.yaml.',
    });
  }
  return judging;
}
