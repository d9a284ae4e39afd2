import { queryPage, type Db } from '../postgres/db.ts';
import type { AuditRow } from './audit-row.ts';
import type { Page, PageRequest } from '../postgres/page.ts';

interface AuditFilter extends PageRequest {
  readonly app?: string | undefined;
  /** Of these apps only. */
  readonly apps?: readonly string[] | undefined;
  readonly releaseId?: string | undefined;
  /** Also what the database itself has written down of changed rows. */
  readonly all?: boolean;
}

/** The audit log, newest first: of an app, of a release, or the whole of it. */
export function listAudit(
  db: Db,
  { app, apps, releaseId, all = false, ...page }: AuditFilter,
): Promise<Page<AuditRow>> {
  return queryPage<AuditRow>(
    db,
    page,
    `select id, at, actor, action, app, environment, release_id as "releaseId", details, position,
       encode(hash, 'hex') as hash, jsonb_build_array(id) as cursor
     from audit_entry
     where ($1::jsonb is null or id < ($1->>0)::bigint)
       and ($3::text is null or app = $3) and ($4::text is null or release_id = $4)
       and ($5::text[] is null or app = any($5)) and ($6 or action <> 'state.sealed')
     order by id desc limit $2`,
    [app, releaseId, apps, all],
  );
}
