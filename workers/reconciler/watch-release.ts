import { runsElsewhere } from '../../activities/release/elsewhere.ts';
import { takeBack, takeBackIfLost } from '../../activities/release/lost-release.ts';
import type { QueuesFacts } from '../../activities/temporal/temporal-facts.ts';
import type { RunningWorkflow } from '../../activities/temporal/temporal-run.ts';
import { hasReleaseProgress } from '../../config-store/releases/progress/has-release-progress.ts';
import { isReleaseOlder } from '../../config-store/releases/is-release-older.ts';
import { noteWatch, type WatchToNote } from '../../config-store/releases/progress/note-watch.ts';
import { noteTemporal } from '../../config-store/releases/progress/note-temporal.ts';
import { readSplit } from '../../config-store/splits/read-split.ts';
import type { ReleaseRow } from '../../config-store/releases/release-row.ts';
import {
  endRuns,
  failingLimitMs,
  finishRestart,
  isBeyondRestarts,
  restartRelease,
  stuckBecause,
  type RestartParts,
} from './restart-release.ts';

export interface WatchParts extends RestartParts {
  /** Releases younger than this are not taken for lost: their workflow may be about to start. */
  readonly minAgeMs: number;
}

const actor = 'system:reconciler';

/** Sees to it that somebody carries an open release on, or takes it back. Throws `unreachable`. */
export async function watchRelease(
  parts: WatchParts,
  release: ReleaseRow,
  queues: QueuesFacts,
): Promise<void> {
  const { db, temporal, log, minAgeMs } = parts;
  const { id, app, firstRunId } = release;
  const about = { release: id, app };
  if (runsElsewhere(release, await temporal.identity())) {
    return noteWatch(db, { releaseId: id, workflow: 'elsewhere' });
  }
  const run = await temporal.runOf(release);
  await noteWatch(db, { releaseId: id, ...queues, ...seenOf(release, run) });
  if (release.restarting) {
    const isFresh = run !== undefined && run.firstRunId !== firstRunId;
    const why = isFresh ? stuckBecause(run, parts.failingLimitMs ?? failingLimitMs) : undefined;
    // The fresh run is stuck before it has asked for its release: it is a restart that came no further.
    if (isFresh && why !== undefined) return replace(parts, release, run, why);
    if (await finishRestart(parts, release, run)) log.warn(about, 'a restart of a release was carried on');
    return;
  }
  if (run !== undefined && firstRunId !== undefined && run.firstRunId === firstRunId) {
    // Found here, it runs here: for releases that are older than this note.
    await noteTemporal(db, { releaseId: id, ...(await temporal.identity()) });
    const why = stuckBecause(run, parts.failingLimitMs ?? failingLimitMs);
    if (why !== undefined) await replace(parts, release, run, why);
    return;
  }
  if (!(await isReleaseOlder(db, id, minAgeMs))) return;
  if ((await takeBackIfLost({ ...parts, actor }, release)) === 'taken-back') {
    log.warn(about, 'a lost release was rolled back and closed as failed');
  }
}

async function replace(
  parts: WatchParts,
  release: ReleaseRow,
  run: RunningWorkflow,
  why: string,
): Promise<void> {
  const { id, app, firstRunId } = release;
  if (firstRunId === undefined || !(await canGoOn(parts, release))) return giveUp(parts, release, run, why);
  if (!(await restartRelease(parts, { ...release, firstRunId }, run, why))) return;
  parts.log.warn({ release: id, app, why }, 'a release whose workflow was stuck goes on in a fresh run');
}

function seenOf(
  release: ReleaseRow,
  run: RunningWorkflow | undefined,
): Omit<WatchToNote, 'releaseId' | 'queue' | 'evaluation'> {
  const isOwn = run !== undefined && (release.firstRunId ?? run.firstRunId) === run.firstRunId;
  if (!isOwn && !release.restarting) return { workflow: 'gone' };
  const failing = run && [run, ...run.children].find((each) => each.failing !== undefined)?.failing;
  return { workflow: release.restarting ? 'replaced' : 'running', failing };
}

/** Its state is in its row, which those of earlier versions have not; and not every run came no further. */
async function canGoOn({ db }: WatchParts, release: ReleaseRow): Promise<boolean> {
  if (isBeyondRestarts(release)) return false;
  if (await hasReleaseProgress(db, release.id)) return true;
  return (await readSplit(db, release))?.releaseId !== release.id;
}

async function giveUp(
  { db, temporal, log }: WatchParts,
  release: ReleaseRow,
  run: RunningWorkflow | undefined,
  why: string,
): Promise<void> {
  const split = await readSplit(db, release);
  if (split === undefined) return;
  const reason = `its workflow cannot go on: ${why}`;
  if ((await takeBack({ db, actor }, { release, version: split.version, reason })) === 'moved') return;
  if (run !== undefined) await endRuns(temporal, run, reason);
  log.warn({ release: release.id, app: release.app, why }, 'a release that cannot go on was rolled back');
}
