import { appendAudit } from '../audit/append-audit.ts';
import { json, query, type Db } from '../postgres/db.ts';
import { inTransaction } from '../postgres/transaction.ts';
import type { QueueOutcome } from '../../domain/release/queue.ts';
import type { QueuedRow } from './queued-row.ts';

const columns = `q.id, q.app, q.label, q.request, q.actor, q.author, q.role, q.token_id as "tokenId", q.queued_at as "queuedAt",
  case when q.closed_at is null then (select count(*) from queued_release before where before.app = q.app
    and before.closed_at is null and (before.queued_at, before.id) <= (q.queued_at, q.id)) end as position,
  q.closed_at as "closedAt", q.outcome, q.release_id as "releaseId", q.reason, q.decided_by as "decidedBy"`;

/** Has a release wait for its turn; the same id again changes nothing. */
export async function enqueueRelease(
  db: Db,
  queued: Pick<QueuedRow, 'id' | 'app' | 'label' | 'request' | 'actor' | 'author' | 'role' | 'tokenId'>,
): Promise<void> {
  const { id, app, label, request, actor, author, role, tokenId } = queued;
  await inTransaction(db, async (client) => {
    const added = await query(
      client,
      `insert into queued_release (id, app, label, request, actor, author, role, token_id)
       values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict (id) do nothing returning id`,
      [id, app, label, json(request), actor, author, role, tokenId],
    );
    if (added.length === 0) return;
    await appendAudit(client, { actor, action: 'release.queued', app, details: { queued: id, label } });
  });
}

/** One, whatever became of it; undefined where there is none of the app. */
export async function readQueued(
  db: Db,
  { app, id }: { readonly app: string; readonly id: string },
): Promise<QueuedRow | undefined> {
  const [row] = await query<QueuedRow>(
    db,
    `select ${columns} from queued_release q where q.app = $1 and q.id = $2`,
    [app, id],
  );
  return row;
}

/** Those that wait for an app, the next one first. */
export function listQueued(db: Db, app: string): Promise<QueuedRow[]> {
  return query<QueuedRow>(
    db,
    `select ${columns} from queued_release q where q.app = $1 and q.closed_at is null order by q.queued_at, q.id`,
    [app],
  );
}

/** The next one of each app that has no open release in production. */
export function listDue(db: Db): Promise<QueuedRow[]> {
  return query<QueuedRow>(
    db,
    `select distinct on (q.app) ${columns} from queued_release q
     where q.closed_at is null and not exists (
       select from release r where r.app = q.app and r.environment = 'production' and r.closed_at is null)
     order by q.app, q.queued_at, q.id`,
  );
}

/** Ends the waiting of one, if it waits still: false where somebody was quicker. */
export async function closeQueued(
  db: Db,
  end: {
    readonly id: string;
    readonly outcome: QueueOutcome;
    readonly actor: string;
    readonly releaseId?: string | undefined;
    readonly reason?: string | undefined;
  },
): Promise<boolean> {
  const { id, outcome, actor, releaseId, reason } = end;
  return inTransaction(db, async (client) => {
    const [closed] = await query<{ readonly app: string }>(
      client,
      `update queued_release set closed_at = now(), outcome = $2, release_id = $3, reason = $4, decided_by = $5
       where id = $1 and closed_at is null returning app`,
      [id, outcome, releaseId, reason, actor],
    );
    if (closed === undefined) return false;
    await appendAudit(client, {
      ...{ actor, action: `release.queue_${outcome}`, app: closed.app, releaseId },
      details: { queued: id, ...(reason === undefined ? {} : { reason }) },
    });
    return true;
  });
}
