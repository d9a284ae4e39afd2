import { json, query, queryOne, type Db } from '../postgres/db.ts';

export interface StableWatchAnswerRow {
  readonly caseId: string;
  /** Index in the chain. */
  readonly target: number;
  readonly repeat: number;
  readonly verdict: 'passed' | 'failed' | 'not-judged' | 'unasked';
  readonly code?: string;
  readonly status?: number;
  readonly costUsd?: number;
}

/** Accounts for questions of a run; one that is accounted for stays as it is. */
export async function insertStableWatchAnswers(
  db: Db,
  runId: string,
  answers: readonly StableWatchAnswerRow[],
): Promise<void> {
  await query(
    db,
    `insert into stable_watch_answer (run_id, case_id, target, repeat, verdict, code, status, cost_usd)
     select $1, "caseId", target, repeat, verdict, code, status, "costUsd"
     from jsonb_to_recordset($2) as row ("caseId" text, target smallint, repeat smallint, verdict text, code text,
       status integer, "costUsd" real)
     on conflict (run_id, case_id, target, repeat) do nothing`,
    [runId, json(answers)],
  );
}

/** What a run has asked so far. */
export function readStableWatchAnswers(db: Db, runId: string): Promise<StableWatchAnswerRow[]> {
  return query<StableWatchAnswerRow>(
    db,
    `select case_id as "caseId", target, repeat, verdict, code, status, cost_usd as "costUsd"
     from stable_watch_answer where run_id = $1 order by target, case_id, repeat`,
    [runId],
  );
}

/** What all runs of an app have asked in the last 24 hours. */
export function readStableWatchSpend(
  db: Db,
  app: string,
): Promise<{ readonly calls: number; readonly costUsd: number }> {
  return queryOne(
    db,
    `select count(*)::int as calls, coalesce(sum(cost_usd), 0)::float8 as "costUsd"
     from stable_watch_answer a join stable_watch_run run on run.id = a.run_id
     where run.app = $1 and run.begun_at > clock_timestamp() - interval '2 days'
       and a.at > clock_timestamp() - interval '1 day'`,
    [app],
  );
}

export interface StableWatchHeardRow {
  /** As `openai/gpt-5-mini`. */
  readonly target: string;
  readonly kind: 'model' | 'fingerprint';
  readonly name: string;
}

/** Notes what answers of a run call their models. */
export async function noteStableWatchHeard(
  db: Db,
  {
    app,
    runId,
    heard,
  }: { readonly app: string; readonly runId: string; readonly heard: readonly StableWatchHeardRow[] },
): Promise<void> {
  await query(
    db,
    `insert into stable_watch_heard as heard (app, target, kind, name, first_run, last_run)
     select $1, target, kind, name, $2, $2 from jsonb_to_recordset($3) as row (target text, kind text, name text)
     on conflict (app, target, kind, name) do update set last_run = excluded.last_run, last_heard_at = clock_timestamp()`,
    [app, runId, json(heard)],
  );
}

/** What the targets of an app were ever heard to be, and whether a run has heard it, and heard it first. */
export function readStableWatchHeard(
  db: Db,
  { app, runId }: { readonly app: string; readonly runId: string },
): Promise<(StableWatchHeardRow & { readonly now: boolean; readonly first: boolean })[]> {
  return query(
    db,
    `select target, kind, name, last_run = $2 as now, first_run = $2 as first from stable_watch_heard
     where app = $1 order by last_heard_at desc`,
    [app, runId],
  );
}
