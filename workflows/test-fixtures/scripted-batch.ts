import { setTimeout as delay } from 'node:timers/promises';
import { cancellationSignal, heartbeat } from '@temporalio/activity';
import type { BatchArgs, BatchResult, LookResult } from '../../activities/looks/contract.ts';
import type { SluiceActivities } from '../../activities/activities.ts';
import type { ReleaseCommand } from '../../domain/release/progress.ts';

/** What a scripted batch looks with: the script's own looks and commands. */
interface Scripted {
  readonly activities: Pick<SluiceActivities, 'takeLook'>;
  readonly commands: readonly ReleaseCommand[];
}

const everyMs = 50;

/** A batch of scripted looks, one every 50 ms: it ends as a real one does (activities/looks/take-looks.ts). */
export async function scriptBatch(script: Scripted, args: BatchArgs): Promise<BatchResult> {
  const startedMs = performance.now();
  const signal = cancellationSignal();
  let { look, lookedAtHeldMs } = args;
  const heldMs = () => args.heldMs + (args.clockRuns ? Math.round(performance.now() - startedMs) : 0);
  const end = (ended: BatchResult['ended'], more: { last?: LookResult; why?: string } = {}): BatchResult => ({
    ...{ ended, look, heldMs: heldMs(), lookedAtHeldMs, ...more },
    newestCommandId: Math.max(args.seenCommandId, ...script.commands.map(({ id }) => id)),
  });
  for (;;) {
    heartbeat();
    const seen = await lookOnce(script.activities, args, { look, heldMs: heldMs(), lookedAtHeldMs });
    const { last } = seen;
    if (last !== undefined) {
      if (last.verdict !== 'superseded') [look, lookedAtHeldMs] = [look + 1, heldMs()];
      if (decides(last, args)) return end('decided', seen);
      if (args.blind) return end('seeing', seen);
    } else if (!args.blind) return end('blind', seen);
    await delay(everyMs, undefined, { signal }).catch(() => undefined);
    if (signal.aborted || last?.unreadCommands === true) return end('interrupted', seen);
    if (performance.now() - startedMs >= args.forMs) return end('over', seen);
  }
}

function decides({ verdict }: LookResult, { holds }: BatchArgs): boolean {
  return verdict !== 'wait' && !(holds && ['pass', 'inconclusive', 'again'].includes(verdict));
}

async function lookOnce(
  { takeLook }: Scripted['activities'],
  {
    releaseId,
    stage,
    splitVersion,
    weight,
    holdMs,
    deadlineMs,
    minExposures,
    leaseMs,
    promote,
    holds,
  }: BatchArgs,
  clock: { look: number; heldMs: number; lookedAtHeldMs: number },
): Promise<{ last?: LookResult; why?: string }> {
  const { look, heldMs, lookedAtHeldMs } = clock;
  try {
    const last = await takeLook({
      ...{ releaseId, stage, splitVersion, weight, holdMs, deadlineMs, minExposures, leaseMs, promote },
      ...{ look, heldMs, elapsedMs: heldMs - lookedAtHeldMs },
    });
    const condemned = last.verdict === 'alarm' && holds;
    const reason = `${last.reason}, and a paused release cannot be compared`;
    return { last: condemned ? { ...last, verdict: 'fail', reason } : last };
  } catch (error) {
    return { why: error instanceof Error ? error.message : String(error) };
  }
}
