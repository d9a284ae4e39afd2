import { SluiceError } from '../../domain/errors.ts';
import { query, type Db } from '../postgres/db.ts';
import { newId } from '../postgres/ids.ts';
import { insertRelease } from './insert-release.ts';
import { releaseColumns } from './release-columns.ts';
import type { ReleaseRow, ReleaseToCreate } from './release-row.ts';

/**
 * Opens a release in state `starting`. Throws `busy` where another one is open (invariant 3), `not_active` where the
 * app has no stable revision, `conflict` where the revision is the stable one, or the key was used for another.
 */
export async function createRelease(db: Db, release: ReleaseToCreate): Promise<ReleaseRow> {
  const repeated = await readRepeated(db, release);
  if (repeated !== undefined) return repeated;
  const id = release.id ?? newId('rel');
  const inserted = await insertRelease(db, { ...release, id, state: 'starting' });
  if (inserted.kind === 'inserted') return inserted.release;
  // The very same request, at the same time, was quicker.
  const quicker = await readRepeated(db, release);
  if (quicker !== undefined) return quicker;
  throw inserted.error;
}

async function readRepeated(db: Db, release: ReleaseToCreate): Promise<ReleaseRow | undefined> {
  const { app, environment, revision, planName, idempotencyKey } = release;
  const [row] = await query<ReleaseRow>(
    db,
    `select ${releaseColumns} from release where app = $1 and (idempotency_key = $2 or id = $3)`,
    [app, idempotencyKey, release.id],
  );
  if (row === undefined) return undefined;
  if (row.environment === environment && row.revision === revision && row.planName === planName) return row;
  throw new SluiceError(
    'conflict',
    `The idempotency key was used for another release of ${app}: ${row.id}.`,
    {
      remedy: 'Use a new key for a new release.',
      details: { releaseId: row.id },
    },
  );
}
