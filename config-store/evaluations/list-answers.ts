import type { JsonObject } from '../../domain/json.ts';
import { queryPage, type Db } from '../postgres/db.ts';
import type { Page, PageRequest } from '../postgres/page.ts';

/** What a model answered in a gate of a release, where it is kept, and why it was judged as it was. */
export interface AnswerRow {
  readonly gate: string;
  readonly caseId: string;
  readonly revision: string;
  readonly target: number;
  readonly repeat: number;
  readonly passed: boolean;
  readonly score?: number;
  readonly error?: string;
  /** With `output` and `reasons`, where the gate kept them. */
  readonly details: JsonObject;
}

/** The answers of a release's gates, in the order of their cases. */
export function listAnswers(
  db: Db,
  { releaseId, ...page }: PageRequest & { readonly releaseId: string },
): Promise<Page<AnswerRow>> {
  return queryPage<AnswerRow>(
    db,
    page,
    `select run.kind as gate, case_id as "caseId", result.revision, target, repeat, passed, score, error, details,
       jsonb_build_array(run_id, case_id, result.revision, target, repeat) as cursor
     from eval_result result join eval_run run on run.id = result.run_id
     where run.release_id = $3 and ($1::jsonb is null or (run_id, case_id, result.revision, target, repeat)
       > ($1->>0, $1->>1, $1->>2, ($1->>3)::smallint, ($1->>4)::smallint))
     order by run_id, case_id, result.revision, target, repeat limit $2`,
    [releaseId],
  );
}
