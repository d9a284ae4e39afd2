import { query, type Db } from '../postgres/db.ts';

/** The labels of revisions, by their digests. */
export async function labelsOf(
  db: Db,
  { app, digests }: { app: string; digests: readonly string[] },
): Promise<ReadonlyMap<string, string>> {
  const rows = await query<{ digest: string; label: string }>(
    db,
    'select digest, label from revision where app = $1 and digest = any($2)',
    [app, [...new Set(digests)]],
  );
  return new Map(rows.map(({ digest, label }) => [digest, label]));
}
