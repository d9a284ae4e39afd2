import { query, type Db } from '../postgres/db.ts';

/** The labels of revisions, by their digests. */
export async function labelsOf(
  db: Db,
  { app, digests }: { readonly app: string; readonly digests: readonly string[] },
): Promise<ReadonlyMap<string, string>> {
  const rows = await query<{ readonly digest: string; readonly label: string }>(
    db,
    'select digest, label from revision where app = $1 and digest = any($2)',
    [app, [...new Set(digests)]],
  );
  return new Map(rows.map(({ digest, label }) => [digest, label]));
}
