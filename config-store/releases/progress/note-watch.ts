import type { workflowStates } from '../../../domain/release/health-facts.ts';
import { query, type Db } from '../../postgres/db.ts';

interface WatchedQueue {
  readonly pollers: number;
  readonly backlogMs: number;
}

/** What was seen of the workflow of an open release. */
export interface WatchToNote {
  readonly releaseId: string;
  readonly workflow: (typeof workflowStates)[number];
  /** Workers at the queue, and for how long its oldest task has waited. */
  readonly queue?: WatchedQueue | undefined;
  /** The same of the queue of evaluations. */
  readonly evaluation?: WatchedQueue | undefined;
  readonly failing?: { readonly forMs: number; readonly why: string } | undefined;
  /** Who cannot see it is heard where nobody has seen it for so long: longer than who can see it takes for a round. */
  readonly unseenMs?: number;
}

/**
 * Notes how the workflow of a release was seen to be, and tells those who watch. Who cannot see it, because it runs in
 * another Temporal or Temporal does not answer, is heard only where nobody has seen it for a while.
 */
export async function noteWatch(
  db: Db,
  { releaseId, workflow, queue, evaluation, failing, unseenMs = 60_000 }: WatchToNote,
): Promise<void> {
  await query(
    db,
    `with seen as (
       insert into release_watch
         (release_id, workflow, pollers, backlog_ms, failing_ms, failing_why, evaluators, evaluation_backlog_ms)
       select id, $2, $3, $4, $5, $6, $7, $8 from release where id = $1 and closed_at is null
       on conflict (release_id) do update set workflow = excluded.workflow, pollers = excluded.pollers,
         backlog_ms = excluded.backlog_ms, evaluators = excluded.evaluators,
         evaluation_backlog_ms = excluded.evaluation_backlog_ms, failing_ms = excluded.failing_ms, failing_why = excluded.failing_why,
         seen_at = now()
       where excluded.workflow not in ('elsewhere', 'unreachable')
         or release_watch.workflow in ('elsewhere', 'unreachable')
         or release_watch.seen_at < now() - $9 * interval '1 millisecond'
       returning release_id)
     select pg_notify('sluice_release', release_id) from seen`,
    [
      ...[releaseId, workflow, queue?.pollers, queue?.backlogMs, failing?.forMs, failing?.why],
      ...[evaluation?.pollers, evaluation?.backlogMs, unseenMs],
    ],
  );
}
