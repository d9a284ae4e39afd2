import type { Pool } from 'pg';
import type { Logger } from 'pino';
import type { TemporalView } from '../../activities/temporal/temporal-view.ts';
import { closeGuard } from '../../config-store/guards/end-guard.ts';
import { listOpenGuards } from '../../config-store/guards/read-guards.ts';
import { requireRelease } from '../../config-store/releases/require-release.ts';
import { messageOf } from '../../domain/errors.ts';
import { guardStart, guardWorkflowType } from '../../workflows/messages.ts';

export interface GuardWatchParts {
  readonly db: Pool;
  readonly temporal: Pick<TemporalView, 'start'>;
  readonly log: Logger;
  readonly taskQueue: string;
}

/**
 * Sees to it that somebody watches each open guard, and ends those whose time is over, whatever became of who should have:
 * without looks all subjects get what is stable, but the guard would stand for ever. Temporal is asked last: that it is away
 * keeps none from its end. Throws the first of its failures, once all were looked after.
 */
export async function watchGuards({ db, temporal, log, taskQueue }: GuardWatchParts): Promise<void> {
  const failures: unknown[] = [];
  const note = (error: unknown): void => {
    failures.push(error);
  };
  const open: { readonly releaseId: string; readonly app: string }[] = [];
  for (const { releaseId, app } of await listOpenGuards(db)) {
    const ended = await closeGuard(db, { releaseId, actor: 'system:reconciler' }).catch(note);
    if (ended?.kind === 'closed')
      log.info({ release: releaseId, app }, 'a guard whose time was over was ended');
    if (ended?.kind === 'not-over') open.push({ releaseId, app });
  }
  for (const { releaseId, app } of open) {
    const start = async (): Promise<void> => {
      const { label } = await requireRelease(db, releaseId);
      const { parentClosePolicy: _, ...options } = guardStart({ releaseId, app, label });
      const policy = { workflowIdReusePolicy: 'ALLOW_DUPLICATE' } as const;
      await temporal.start(guardWorkflowType, { ...options, taskQueue, ...policy });
    };
    await start().catch(note);
  }
  const [first] = failures;
  if (first !== undefined) throw first instanceof Error ? first : new Error(messageOf(first));
}
