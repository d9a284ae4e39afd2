import type { Pool } from 'pg';
import { z } from 'zod';
import { readEvalRun } from '../config-store/read-eval-run.ts';
import { readRelease } from '../config-store/read-release.ts';
import { readRevision } from '../config-store/read-revision.ts';
import type { EvalRunRow, ReleaseRow } from '../config-store/types.ts';
import { SluiceError } from '../domain/errors.ts';
import type { RevisionContent } from '../domain/revision.ts';

// What an evaluation cannot do without. Each throws `not_found` where it is not there.

export async function requireRelease(db: Pool, id: string): Promise<ReleaseRow> {
  const release = await readRelease(db, id);
  if (release === undefined) throw new SluiceError('not_found', `There is no release ${id}.`);
  return release;
}

export async function requireContent(db: Pool, app: string, digest: string): Promise<RevisionContent> {
  const revision = await readRevision(db, { app, ref: digest });
  if (revision === undefined) throw new SluiceError('not_found', `${app} has no revision ${digest}.`);
  return revision.content;
}

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
