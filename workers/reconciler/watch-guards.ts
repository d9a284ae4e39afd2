import type { Pool } from 'pg';
import type { Logger } from 'pino';
import type { TemporalView } from '../../activities/temporal/temporal-view.ts';
import { closeGuard } from '../../config-store/guards/end-guard.ts';
import { listOpenGuards } from '../../config-store/guards/read-guards.ts';
import { requireRelease } from '../../config-store/releases/require-release.ts';
import { guardStart, guardWorkflowType } from '../../workflows/messages.ts';

export interface GuardWatchParts {
  readonly db: Pool;
  readonly temporal: Pick<TemporalView, 'start'>;
  readonly log: Logger;
  readonly taskQueue: string;
}

/**
 * Sees to it that somebody watches each open guard, and ends those whose time is over, whatever became of who should have:
 * without looks all subjects get what is stable, but the guard would stand for ever.
 */
export async function watchGuards({ db, temporal, log, taskQueue }: GuardWatchParts): Promise<void> {
  for (const { releaseId, app } of await listOpenGuards(db)) {
    const { kind } = await closeGuard(db, { releaseId, actor: 'system:reconciler' });
    if (kind === 'closed') log.info({ release: releaseId, app }, 'a guard whose time was over was ended');
    if (kind !== 'not-over') continue;
    const { label } = await requireRelease(db, releaseId);
    const { parentClosePolicy: _, ...options } = guardStart({ releaseId, app, label });
    await temporal.start(guardWorkflowType, {
      ...options,
      taskQueue,
      workflowIdReusePolicy: 'ALLOW_DUPLICATE',
    });
  }
}
