import { SluiceError } from '../../domain/errors.ts';
import { queryOne, type Db } from '../postgres/db.ts';
import type { StageOutcome } from './release-row.ts';

/**
 * Refuses the end of a stage that would let its release go on without anything that is stored to bear it out: no gate, no
 * look, no person has said so. Whoever reaches Temporal can answer in an activity's name, and has no database. Throws
 * `conflict`, naming what is missing.
 */
export async function requireGrounds(
  db: Db,
  {
    releaseId,
    stage,
    outcome,
    actor,
  }: {
    readonly releaseId: string;
    readonly stage: string;
    readonly outcome: StageOutcome;
    readonly actor: string | undefined;
  },
): Promise<void> {
  const { lacks } = await queryOne<{ readonly lacks?: string }>(
    db,
    'select stage_lacks(release, $2, $3, $4) as lacks from release where id = $1',
    [releaseId, stage, outcome, actor],
  );
  if (lacks === undefined) return;
  throw new SluiceError(
    'conflict',
    `The stage ${stage} of release ${releaseId} has not ended so: ${lacks}.`,
    {
      remedy: 'What it was told is not what is stored: see who reaches Temporal, then start a new release.',
    },
  );
}
