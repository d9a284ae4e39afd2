import { z } from 'zod';
import type { EvalResultRow, EvalRunRow } from '../../../config-store/evaluations/eval-run-row.ts';
import {
  caseChanges,
  type EvaluatedCell,
  type EvaluationMatrix,
} from '../../schemas/dashboard/evaluation.ts';
import { differencesOf, relativeSchema } from './differences.ts';
import { verdictOf } from './verdict-of.ts';

type CaseChange = (typeof caseChanges)[number];
type Case = EvaluationMatrix['cases'][number];

const plannedSchema = z.object({
  cases: z
    .array(z.object({ id: z.string(), critical: z.boolean(), prompt: z.string().optional() }))
    .default([]),
});
const decisionSchema = z.object({
  gate: z.object({ outcome: z.enum(['pass', 'fail', 'inconclusive']), summary: z.string() }),
  decision: z.object({ relative: relativeSchema.optional() }).optional(),
});
const detailsSchema = z.object({
  failedBy: z.array(z.object({ assertion: z.string(), metric: z.string().optional() })).default([]),
});

const pageSize = 50;

interface Asked {
  readonly show: 'changed' | 'failed' | 'all' | 'errors';
  readonly page: number;
  readonly labels: ReadonlyMap<string, string>;
}

/** An evaluation as cases and revisions, what changed for the worse first; figures alone, nothing that was said. */
export function matrixOf(
  run: EvalRunRow,
  rows: readonly EvalResultRow[],
  { show, page, labels }: Asked,
): EvaluationMatrix {
  const byCase = Map.groupBy(rows, ({ caseId }) => caseId);
  const cases = plannedSchema
    .parse(run.planned)
    .cases.map((planned) => caseOf(planned, byCase.get(planned.id) ?? [], run));
  const decision = decisionSchema.safeParse(run.decision).data;
  const shown = cases.filter((each) => isShown(each, show)).sort(worstFirst);
  const named = (digest: string) => ({ digest, label: labels.get(digest) ?? digest });
  const counted = (change: CaseChange) => cases.filter((each) => each.change === change).length;
  return {
    releaseId: run.releaseId ?? '',
    at: run.decidedAt ?? run.createdAt,
    state: decision?.gate.outcome ?? 'running',
    ...(decision === undefined ? {} : { summary: decision.gate.summary }),
    candidate: named(run.candidate),
    ...(run.stable === undefined ? {} : { stable: named(run.stable) }),
    counts: Object.fromEntries(caseChanges.map((change) => [change, counted(change)])) as Record<
      CaseChange,
      number
    >,
    ...differencesOf(cases, decision?.decision?.relative),
    cases: shown.slice((page - 1) * pageSize, page * pageSize),
    page,
    pages: Math.max(1, Math.ceil(shown.length / pageSize)),
  };
}

function caseOf(
  { id, critical, prompt }: z.infer<typeof plannedSchema>['cases'][number],
  rows: readonly EvalResultRow[],
  { candidate, stable }: EvalRunRow,
): Case {
  const of = (revision: string) => cellOf(rows.filter((row) => row.revision === revision));
  const [ours, theirs] = [of(candidate), stable === undefined ? undefined : of(stable)];
  return {
    ...{ id, critical, change: changeOf(ours, theirs), candidate: ours },
    ...(prompt === undefined ? {} : { prompt }),
    ...(theirs === undefined ? {} : { stable: theirs }),
  };
}

function cellOf(rows: readonly EvalResultRow[]): EvaluatedCell {
  const runs = rows.map(verdictOf);
  const failedBy = rows
    .flatMap(({ details }) => detailsSchema.safeParse(details).data?.failedBy ?? [])
    .map(({ assertion, metric }) => metric ?? assertion);
  const [score, latencyMs, costUsd] = [
    meanOf(rows.map((row) => row.score)),
    meanOf(rows.map((row) => row.latencyMs)),
    meanOf(rows.map((row) => row.costUsd)),
  ];
  return {
    passed: runs.filter((run) => run === 'passed').length,
    of: runs.length,
    errors: runs.filter((run) => run === 'error').length,
    runs,
    ...(score === undefined ? {} : { score }),
    ...(latencyMs === undefined ? {} : { latencyMs }),
    ...(costUsd === undefined ? {} : { costUsd }),
    failed: [...Map.groupBy(failedBy, (name) => name)]
      .map(([assertion, times]) => ({ assertion, times: times.length }))
      .sort((a, b) => b.times - a.times),
  };
}

function meanOf(values: readonly (number | undefined)[]): number | undefined {
  const known = values.filter((value) => value !== undefined);
  return known.length === 0 ? undefined : known.reduce((sum, value) => sum + value, 0) / known.length;
}

/** What nobody could judge is no failure, and no pass. */
function changeOf(candidate: EvaluatedCell, stable: EvaluatedCell | undefined): CaseChange {
  const ours = wholeOf(candidate);
  const theirs = stable === undefined ? 'unknown' : wholeOf(stable);
  if (ours === 'mixed') return 'flaky';
  if (ours === 'failed') return theirs === 'failed' ? 'still failing' : 'newly failing';
  if (ours === 'passed' && theirs === 'failed') return 'repaired';
  return ours === 'passed' && theirs === 'mixed' ? 'flaky' : 'same';
}

function wholeOf({ passed, of, errors }: EvaluatedCell): 'passed' | 'failed' | 'mixed' | 'unknown' {
  const known = of - errors;
  if (known === 0) return 'unknown';
  return passed === known ? 'passed' : passed === 0 ? 'failed' : 'mixed';
}

function isShown({ change, candidate }: Case, show: Asked['show']): boolean {
  switch (show) {
    case 'all':
      return true;
    case 'changed':
      return change !== 'same';
    case 'failed':
      return candidate.passed + candidate.errors < candidate.of;
    case 'errors':
      return candidate.errors > 0;
  }
}

function worstFirst(a: Case, b: Case): number {
  return (
    caseChanges.indexOf(a.change) - caseChanges.indexOf(b.change) ||
    Number(b.critical) - Number(a.critical) ||
    a.id.localeCompare(b.id)
  );
}
