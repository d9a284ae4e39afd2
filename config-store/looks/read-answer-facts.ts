import type { FactCounts } from '../../domain/guardrail/answers/facts.ts';
import { query, type Db } from '../postgres/db.ts';

interface Request {
  readonly app: string;
  readonly environment: string;
  /** Digest of the stable revision. */
  readonly stable: string | undefined;
  /** How many answers are wanted. */
  readonly atLeast: number;
}

/**
 * What a stable revision's whole answers were, over the newest split versions that together have enough of them, or all
 * there are; undefined where no gateway has told.
 */
export async function readAnswerFacts(
  db: Db,
  { app, environment, stable, atLeast }: Request,
): Promise<FactCounts | undefined> {
  const [counted] = await query<FactCounts>(
    db,
    `select sum(answers)::bigint as answers, sum(truncated)::bigint as truncated, sum(refused)::bigint as refused,
       sum("invalidFormat")::bigint as "invalidFormat"
     from (
       select *, sum(answers) over (order by split_version desc range between unbounded preceding and 1 preceding) as newer
       from (
         select split_version, sum((counts->'facts'->>'answers')::bigint) as answers,
           sum((counts->'facts'->>'truncated')::bigint) as truncated,
           sum((counts->'facts'->>'refused')::bigint) as refused,
           sum((counts->'facts'->>'invalidFormat')::bigint) as "invalidFormat"
         from arm_counter c
         where app = $1 and environment = $2 and counts ? 'facts'
           and exists (select from split_history h where h.app = $1 and h.environment = $2
             and h.version = c.split_version
             and case c.arm when 'stable' then h.stable when 'candidate' then h.candidate end = $3)
         group by split_version) as version) as told
     where coalesce(newer, 0) < $4 having count(*) > 0`,
    [app, environment, stable, atLeast],
  );
  return counted;
}
