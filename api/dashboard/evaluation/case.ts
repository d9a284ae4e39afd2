import { z } from 'zod';
import type { EvalResultRow } from '../../../config-store/evaluations/eval-run-row.ts';
import type { SuiteRow } from '../../../config-store/apps/app-row.ts';
import type { EvaluatedCase } from '../../schemas/dashboard/evaluation.ts';
import { verdictOf } from './verdict-of.ts';

const testSchema = z.object({
  tests: z
    .array(z.object({ id: z.string(), vars: z.record(z.string(), z.json()), assert: z.array(z.json()) }))
    .default([]),
});
const saidSchema = z.object({ output: z.string().optional(), reasons: z.array(z.string()).default([]) });

interface CaseOfRelease {
  /** `suite/case`. */
  readonly caseId: string;
  readonly suites: readonly SuiteRow[];
  readonly rows: readonly EvalResultRow[];
  readonly candidate: string;
}

/** A case with what was asked, and what either arm said; undefined where there is no such case. */
export function evaluatedCase({ caseId, suites, rows, candidate }: CaseOfRelease): EvaluatedCase | undefined {
  const asked = suites.flatMap(({ name, content }) =>
    (testSchema.safeParse(content).data?.tests ?? []).filter(({ id }) => `${name}/${id}` === caseId),
  )[0];
  if (asked === undefined) return undefined;
  const [ours, theirs] = [true, false].map((isOurs) =>
    rows.filter(({ revision }) => (revision === candidate) === isOurs).map(answerOf),
  );
  return {
    ...{ id: caseId, question: asked.vars, assertions: asked.assert },
    ...{ candidate: ours ?? [], stable: theirs ?? [] },
  };
}

function answerOf(row: EvalResultRow): EvaluatedCase['candidate'][number] {
  const { repeat, target, error, details } = row;
  const { output, reasons } = saidSchema.safeParse(details).data ?? { reasons: [] };
  return {
    ...{ repeat, target, verdict: verdictOf(row), reasons },
    ...(output === undefined ? {} : { output }),
    ...(error === undefined ? {} : { error }),
  };
}
