import { queryOne, type Db } from '../postgres/db.ts';
import { appColumns } from './read-app.ts';
import type { AppRow, Sampling } from './app-row.ts';

/** Makes an app known; the same name again changes nothing and gives the app that is there. */
export async function publishApp(
  db: Db,
  {
    name,
    sampling = 'redacted',
    actor,
  }: { readonly name: string; readonly sampling?: Sampling | undefined; readonly actor: string },
): Promise<{ readonly created: boolean; readonly app: AppRow }> {
  const { created } = await queryOne<{ readonly created: boolean }>(
    db,
    `with created as (
       insert into app (name, sampling) values ($1, $2) on conflict (name) do nothing returning name, sampling),
     audited as (
       insert into audit_entry (actor, action, app, details)
       select $3, 'app.created', name, jsonb_build_object('sampling', sampling) from created)
     select exists (select from created) as created`,
    [name, sampling, actor],
  );
  return {
    created,
    app: await queryOne<AppRow>(db, `select ${appColumns} from app where name = $1`, [name]),
  };
}
