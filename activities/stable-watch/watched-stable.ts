import type { Pool } from 'pg';
import { readStableWatchRun } from '../../config-store/stable-watch/stable-watch-runs.ts';
import { readSuitesOfStable } from '../../config-store/stable-watch/suites-of-stable.ts';
import type { StableWatchRunRow } from '../../config-store/stable-watch/stable-watch-row.ts';
import { SluiceError } from '../../domain/errors.ts';
import { planSchema } from '../../domain/release/plan.ts';
import { targetName, type RevisionContent } from '../../domain/revision/revision.ts';
import type { Asked } from '../../evals/assertions/answer.ts';
import type { EvalCase } from '../../evals/run/eval-case.ts';
import type { WatchedPlan } from '../../evals/watch/watched-cases.ts';
import { casesById } from '../evaluation/suite-cases.ts';
import type { EvaluationSubject } from '../evaluation/evaluation-subject.ts';
import { requireContent } from '../looks/required-rows.ts';

/** What a run asks: a revision, and what it was judged by when it became stable. */
export interface WatchedStable {
  readonly run: StableWatchRunRow;
  readonly content: RevisionContent;
  /** The names of its targets, as `openai/gpt-5-mini`. */
  readonly chain: readonly string[];
  readonly subject: EvaluationSubject;
}

/** Throws `not_found` for a run that there is not. */
export async function watchedStable(db: Pool, runId: string): Promise<WatchedStable> {
  const run = await readStableWatchRun(db, runId);
  if (run === undefined) throw new SluiceError('not_found', `There is no run ${runId} of the stable watch.`);
  const { app, revision } = run;
  const [content, { suites, evaluate }] = await Promise.all([
    requireContent(db, app, revision),
    readSuitesOfStable(db, { app, revision }),
  ]);
  const plain = planSchema.parse({});
  const plan = evaluate === undefined || evaluate === 'skip' ? plain : { ...plain, evaluate };
  const chain = content.chain.map(targetName);
  return { run, content, chain, subject: { id: runId, app, revision, plan, suites } };
}

/** The critical cases that something decides: what judges alone say who are not admitted is shown by an evaluation. */
export function criticalCases({ subject }: WatchedStable, asked: Asked): Map<string, EvalCase> {
  if (subject.suites.length === 0) return new Map();
  const all = [...casesById(subject, asked)];
  return new Map(all.filter(([, { critical, reports }]) => critical && !reports));
}

export function watchedPlan(
  { chain, subject }: WatchedStable,
  cases: ReadonlyMap<string, unknown>,
): WatchedPlan & { readonly chain: readonly string[] } {
  const { evaluate } = subject.plan;
  return {
    caseIds: [...cases.keys()],
    targets: chain.length,
    chain,
    policy: evaluate === 'skip' ? 'sequential' : evaluate.critical,
  };
}
