import type { Db } from '../postgres/db.ts';
import { readOpenRelease } from '../releases/read-open-release.ts';
import { labelsOf } from '../revisions/labels-of.ts';
import type { PressResult } from './rollback.ts';

/** A release that is on its way and that the press has left alone, since nothing of it is served yet. */
interface ReleaseLeftAlone {
  readonly id: string;
  /** Of its revision. */
  readonly label: string;
  readonly state: string;
}

type LabelledRollback = PressResult & { readonly openRelease?: ReleaseLeftAlone };

/**
 * The same result with the labels of revisions in place of their digests, for people; and where nothing was done, with the
 * release that may be what they meant.
 */
export async function labelRollback(
  db: Db,
  { app, environment }: { readonly app: string; readonly environment: string },
  result: PressResult,
): Promise<LabelledRollback> {
  const release = result.kind === 'already' ? await readOpenRelease(db, { app, environment }) : undefined;
  const { serving, takenOut } = result;
  const skipped = result.kind === 'done' ? result.skipped : [];
  const named = [serving, takenOut, release?.revision, ...skipped.map(({ revision }) => revision)];
  const labels = await labelsOf(db, { app, digests: named.filter((digest) => digest !== undefined) });
  const labelOf = (digest: string): string => labels.get(digest) ?? digest;
  const served = {
    serving: labelOf(serving),
    ...(takenOut === undefined ? {} : { takenOut: labelOf(takenOut) }),
  };
  if (result.kind === 'done') {
    const passedOver = skipped.map(({ revision, reason }) => ({ revision: labelOf(revision), reason }));
    return { ...result, serving: served.serving, takenOut: labelOf(result.takenOut), skipped: passedOver };
  }
  if (release === undefined || release.state === 'rolling_back') return { ...result, ...served };
  const { id, revision, state } = release;
  return { ...result, ...served, openRelease: { id, label: labelOf(revision), state } };
}
