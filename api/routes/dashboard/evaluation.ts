import type { Pool } from 'pg';
import { z } from 'zod';
import { readEvalResults } from '../../../config-store/evaluations/read-eval-results.ts';
import { readEvalRun } from '../../../config-store/evaluations/read-eval-run.ts';
import type { EvalRunRow } from '../../../config-store/evaluations/eval-run-row.ts';
import { requireRelease } from '../../../config-store/releases/require-release.ts';
import { labelsOf } from '../../../config-store/revisions/labels-of.ts';
import { SluiceError } from '../../../domain/errors.ts';
import { evaluatedCase } from '../../dashboard/evaluation/case.ts';
import { matrixOf } from '../../dashboard/evaluation/matrix.ts';
import { defineRoute, type Route } from '../../http/route.ts';
import {
  evaluatedCaseSchema,
  evaluationMatrixSchema,
  evaluationQuerySchema,
} from '../../schemas/dashboard/evaluation.ts';
import { releaseParamsSchema } from '../../schemas/shared.ts';

/** Throws `not_found`. */
async function requireEvaluation(db: Pool, releaseId: string): Promise<EvalRunRow> {
  await requireRelease(db, releaseId);
  const run = await readEvalRun(db, `${releaseId}-evaluation`);
  if (run !== undefined) return run;
  throw new SluiceError('not_found', `The release ${releaseId} has no evaluation.`, {
    remedy: 'It has not come to it yet, or its plan skips it: sluice release status.',
  });
}

/** The evaluation of a release: figures for who may read, and what was said for who may read content. */
export function evaluationRoutes({ db }: { readonly db: Pool }): Route[] {
  const read = { method: 'get', role: 'viewer', action: 'read', concerns: 'path.release' } as const;
  return [
    defineRoute({
      ...read,
      path: '/v1/releases/{id}/evaluation',
      operationId: 'readEvaluation',
      summary:
        "Show a release's evaluation as cases and revisions, what changed for the worse first, in figures",
      params: releaseParamsSchema,
      query: evaluationQuerySchema,
      answers: { 200: { description: 'A page of 50 cases at the most', schema: evaluationMatrixSchema } },
      async handle({ params: { id }, query }) {
        const run = await requireEvaluation(db, id);
        const digests = [run.candidate, ...(run.stable === undefined ? [] : [run.stable])];
        const [rows, labels] = await Promise.all([
          readEvalResults(db, run.id),
          labelsOf(db, { app: run.app, digests }),
        ]);
        return { status: 200, body: matrixOf(run, rows, { ...query, labels }) };
      },
    }),
    defineRoute({
      ...read,
      path: '/v1/releases/{id}/evaluation/cases/{case}',
      operationId: 'readEvaluatedCase',
      summary: 'Show what a case asked and what either arm answered; each read is audited',
      content: true,
      params: releaseParamsSchema.extend({ case: z.string().min(1).max(500) }),
      answers: { 200: { description: 'The case', schema: evaluatedCaseSchema } },
      async handle({ params: { id, case: caseId } }) {
        const { suites } = await requireRelease(db, id);
        const run = await requireEvaluation(db, id);
        const rows = (await readEvalResults(db, run.id)).filter((row) => row.caseId === caseId);
        const body = evaluatedCase({ caseId, suites, rows, candidate: run.candidate });
        if (body !== undefined) return { status: 200, body };
        throw new SluiceError('not_found', `The release ${id} has no case "${caseId}".`, {
          remedy: 'A case is named suite/case, with the slash written as %2F in the path.',
        });
      },
    }),
  ];
}
