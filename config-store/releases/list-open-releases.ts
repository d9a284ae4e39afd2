import { query, type Db } from '../postgres/db.ts';

/** The open release of each of these apps that has one in an environment, by the apps' names. */
export async function listOpenReleases(
  db: Db,
  { apps, environment }: { readonly apps: readonly string[]; readonly environment: string },
): Promise<Map<string, string>> {
  const rows = await query<{ readonly app: string; readonly id: string }>(
    db,
    'select app, id from release where app = any ($1) and environment = $2 and closed_at is null',
    [apps, environment],
  );
  return new Map(rows.map(({ app, id }) => [app, id]));
}
