import { queryPage, type Db } from '../postgres/db.ts';
import { appColumns } from './read-app.ts';
import type { AppRow } from './app-row.ts';
import type { Page, PageRequest } from '../postgres/page.ts';

/** All apps by name, or those of `apps`. */
export function listApps(
  db: Db,
  { apps, ...page }: PageRequest & { readonly apps?: readonly string[] | undefined },
): Promise<Page<AppRow>> {
  return queryPage<AppRow>(
    db,
    page,
    `select ${appColumns}, jsonb_build_array(name) as cursor from app
     where ($1::jsonb is null or name > $1->>0) and ($3::text[] is null or name = any($3))
     order by name limit $2`,
    [apps],
  );
}
