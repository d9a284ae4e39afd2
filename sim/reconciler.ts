import { lostOperation } from '../activities/split/operation-ids.ts';
import { guardWorkflowId } from '../domain/release/guard.ts';
import { isOpen, releaseWorkflowId } from '../domain/release/release.ts';
import { app } from './store/rows.ts';
import type { World } from './world.ts';

/** A release younger than this is not taken for lost: its workflow may be about to start. */
const graceMs = 30_000;

/** The reconciler's round: finishes restarts, and takes releases back whose workflow is gone. */
export function reconcile(world: World): void {
  const { store, cluster } = world;
  const { open } = store;
  if (!world.databaseIsUp) return;
  watchGuard(world);
  if (open === undefined || !cluster.isServerUp) return;
  const { running } = cluster;
  if (open.restarting) {
    if (running === undefined) startFresh(world, open.id);
    return;
  }
  const { firstRunId } = open;
  const isOwn = running !== undefined && (firstRunId === undefined || running.firstRunId === firstRunId);
  if (isOwn || world.nowMs() - open.createdMs < graceMs) return;
  const { version } = store.split;
  const withdrawn = store.withdraw({
    ...{ releaseId: open.id, firstRunId, expectedVersion: version, ending: 'failed' },
    operationId: lostOperation(open.id, version),
  });
  if (withdrawn === 'done') store.close(open.id, 'failed', 'its workflow is gone');
}

/** Ends a guard whose time is over, and sees to it that somebody watches one that is open. */
function watchGuard({ store, cluster, guardCode }: World): void {
  const { guard } = store;
  if (guard === undefined || store.closeGuard(guard.releaseId) !== 'not-over' || !cluster.isServerUp) return;
  const { releaseId } = guard;
  cluster.start(guardWorkflowId(releaseId), { releaseId }, guardCode);
}

/** A run that goes on from the release's row. */
export function startFresh(world: World, releaseId: string): void {
  const release = world.store.release(releaseId);
  if (isOpen(release.state) && release.restarting)
    world.cluster.start(releaseWorkflowId(app), { app, releaseId });
}
