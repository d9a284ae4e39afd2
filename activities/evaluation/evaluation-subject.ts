import type { Pool } from 'pg';
import { readFirstEvaluation } from '../../config-store/evaluations/read-first-evaluation.ts';
import { requireRelease } from '../../config-store/releases/require-release.ts';
import type { EvalRunRow } from '../../config-store/evaluations/eval-run-row.ts';
import type { SuiteRow } from '../../config-store/apps/app-row.ts';
import { SluiceError } from '../../domain/errors.ts';
import { isFirstEvaluation } from '../../domain/evaluation/first-evaluation.ts';
import type { Plan } from '../../domain/release/plan.ts';

/** What an evaluation is about: a release, or a revision that is to be an app's first. */
export interface EvaluationSubject {
  readonly id: string;
  readonly app: string;
  /** Digest of the candidate. */
  readonly revision: string;
  /** Digest of what it is compared with; a first revision is compared with nothing. */
  readonly stable?: string;
  readonly plan: Plan;
  readonly suites: SuiteRow[];
}

/** The subject of that id. Throws `not_found`. */
export async function requireSubject(db: Pool, id: string): Promise<EvaluationSubject> {
  if (!isFirstEvaluation(id)) return requireRelease(db, id);
  const first = await readFirstEvaluation(db, id);
  if (first === undefined) throw new SluiceError('not_found', `There is no evaluation ${id}.`);
  return first;
}

/** The subject that a run measures. Throws `broken_measurement` for a run of none. */
export function requireSubjectOf(db: Pool, run: EvalRunRow): Promise<EvaluationSubject> {
  const id = run.releaseId ?? run.firstEvaluationId;
  if (id !== undefined) return requireSubject(db, id);
  throw new SluiceError('broken_measurement', `The run ${run.id} belongs to no release.`);
}
