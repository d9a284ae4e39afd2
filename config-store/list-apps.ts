import { queryPage, type Db } from './db.ts';
import { appColumns } from './read-app.ts';
import type { AppRow, Page, PageRequest } from './types.ts';

/** All apps by name. */
export function listApps(db: Db, page: PageRequest): Promise<Page<AppRow>> {
  return queryPage<AppRow>(
    db,
    page,
    `select ${appColumns}, jsonb_build_array(name) as cursor from app
     where ($1::jsonb is null or name > $1->>0) order by name limit $2`,
  );
}
