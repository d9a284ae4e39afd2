import type { Pool } from 'pg';
import { z } from 'zod';
import { readEvalRun } from '../../config-store/evaluations/read-eval-run.ts';
import type { Db } from '../../config-store/postgres/db.ts';
import { requireRevision } from '../../config-store/revisions/require-revision.ts';
import { requireRelease } from '../../config-store/releases/require-release.ts';
import type { EvalRunRow } from '../../config-store/evaluations/eval-run-row.ts';
import type { ReleaseRow } from '../../config-store/releases/release-row.ts';
import { SluiceError } from '../../domain/errors.ts';
import type { RevisionContent } from '../../domain/revision/revision.ts';

// What measuring cannot do without.

/** The release that a run measures. Throws `broken_measurement` for a run of none. */
export async function requireReleaseOf(db: Pool, run: EvalRunRow): Promise<ReleaseRow> {
  if (run.releaseId !== undefined) return requireRelease(db, run.releaseId);
  throw new SluiceError('broken_measurement', `The run ${run.id} belongs to no release.`);
}

/** What a revision holds. Throws `not_found` where the app has none of this digest. */
export async function requireContent(db: Db, app: string, digest: string): Promise<RevisionContent> {
  const { content } = await requireRevision(db, { app, ref: digest });
  return content;
}

/** The same of several, by their digests. */
export async function requireContents(
  db: Db,
  app: string,
  digests: readonly string[],
): Promise<Map<string, RevisionContent>> {
  const contents = digests.map(async (digest) => [digest, await requireContent(db, app, digest)] as const);
  return new Map(await Promise.all(contents));
}

/** An evaluation's or a mirror replay's run. Throws `not_found`. */
export async function requireRun(db: Pool, id: string): Promise<EvalRunRow> {
  const run = await readEvalRun(db, id);
  if (run === undefined) throw new SluiceError('not_found', `There is no evaluation or mirror run ${id}.`);
  return run;
}

/**
 * What a run has stored, as the schema has it.
 *
 * @throws SluiceError `broken_measurement`, naming the run: another attempt would read the same, and nothing is made up
 */
export function requireStored<T>(run: EvalRunRow, column: 'planned' | 'decision', schema: z.ZodType<T>): T {
  const parsed = schema.safeParse(run[column]);
  if (parsed.success) return parsed.data;
  throw new SluiceError(
    'broken_measurement',
    `What the run ${run.id} has stored as "${column}" cannot be read: ${z.prettifyError(parsed.error)}`,
    { remedy: 'Run one version of Sluice in all workers, then start the release again.' },
  );
}
