import type { JsonValue } from '../../domain/json.ts';
import type { StableWatchOutcome } from '../../domain/stable-watch/stable-watch.ts';
import { json, query, queryOne, queryPage, type Db } from '../postgres/db.ts';
import type { Page, PageRequest } from '../postgres/page.ts';
import type { StableWatchRunRow } from './stable-watch-row.ts';

const runColumns = `run.id, run.app, run.environment, run.revision, r.label, run.asked_by as "askedBy",
  run.begun_at as "begunAt", run.closed_at as "closedAt", run.outcome, run.says, run.targets, spent.calls,
  spent.cost as "costUsd"`;
const runTables = `stable_watch_run run left join revision r on r.app = run.app and r.digest = run.revision
  cross join lateral (select count(*)::int as calls, coalesce(sum(cost_usd), 0)::float8 as cost
    from stable_watch_answer where run_id = run.id) spent`;

/** What became of the wish to begin a run. */
export type StableWatchOpened =
  | { readonly kind: 'opened'; readonly revision: string }
  | { readonly kind: 'skipped'; readonly says: string };

/** Begins a run, unless there is a reason for none; the same id again gives what it was the first time. */
export async function openStableWatchRun(
  db: Db,
  { app, id, askedBy }: { readonly app: string; readonly id: string; readonly askedBy: string | undefined },
): Promise<StableWatchOpened> {
  const { opened } = await queryOne<{ readonly opened: StableWatchOpened }>(
    db,
    'select open_stable_watch_run($1, $2, $3) as opened',
    [app, id, askedBy],
  );
  return opened;
}

/** Keeps what a run has found, with the alarm that it raises or ends; once. */
export async function closeStableWatchRun(
  db: Db,
  found: {
    readonly id: string;
    readonly outcome: StableWatchOutcome;
    readonly says: string;
    readonly targets: JsonValue | undefined;
  },
): Promise<void> {
  const { id, outcome, says, targets } = found;
  await query(db, 'select close_stable_watch_run($1, $2, $3, $4)', [id, outcome, says, json(targets)]);
}

/** A run by its id. */
export async function readStableWatchRun(db: Db, id: string): Promise<StableWatchRunRow | undefined> {
  const [row] = await query<StableWatchRunRow>(
    db,
    `select ${runColumns} from ${runTables} where run.id = $1`,
    [id],
  );
  return row;
}

/** The runs of an app, newest first. */
export function listStableWatchRuns(
  db: Db,
  { app, ...page }: PageRequest & { readonly app: string },
): Promise<Page<StableWatchRunRow>> {
  return queryPage<StableWatchRunRow>(
    db,
    page,
    `select ${runColumns}, jsonb_build_array(run.begun_at, run.id) as cursor from ${runTables}
     where run.app = $3 and ($1::jsonb is null or (run.begun_at, run.id) < (($1->>0)::timestamptz, $1->>1))
     order by run.begun_at desc, run.id desc limit $2`,
    [app],
  );
}
