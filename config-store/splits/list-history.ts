import { queryPage, type Db } from '../postgres/db.ts';
import { splitColumns } from './split-columns.ts';
import type { HistoryRow } from './split-row.ts';
import type { Page, PageRequest } from '../postgres/page.ts';

/** Every version that the split of an app had, newest first. */
export function listHistory(
  db: Db,
  { app, environment, ...page }: PageRequest & { readonly app: string; readonly environment: string },
): Promise<Page<HistoryRow>> {
  return queryPage<HistoryRow>(
    db,
    page,
    `select ${splitColumns}, kind, operation_id as "operationId", took_out as "tookOut", lease_until as "leaseUntil",
       reason, actor, at, jsonb_build_array(version) as cursor
     from split_history
     where app = $3 and environment = $4 and ($1::jsonb is null or version < ($1->>0)::bigint)
     order by version desc limit $2`,
    [app, environment],
  );
}
