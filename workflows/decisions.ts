import { CancellationScope, condition, workflowInfo } from '@temporalio/workflow';
import type { Decisions } from '../activities/release/contract.ts';
import { answerTo, type ReleaseCommand } from '../domain/release/progress.ts';
import { store } from './activities.ts';
import { hasMail } from './inbox.ts';
import { inTurn, toKeep, transition, type ReleaseContext } from './release-context.ts';
import { show } from './visibility.ts';

/**
 * Acts on what people decide, beside whatever the release is doing, for as long as the run lasts. A plain signal is
 * first recorded as a command, so that both ways are one: commands are read abort first, else oldest first.
 */
export function followDecisions(context: ReleaseContext): Promise<void> {
  // An abort cancels the stage, and must itself be read to the end.
  return CancellationScope.nonCancellable(async () => {
    for (;;) {
      await condition(() => hasMail(context.inbox));
      context.inbox.busy = true;
      await recordSignals(context);
      await applyCommands(context);
      context.inbox.busy = false;
    }
  });
}

async function recordSignals({ inbox, opened }: ReleaseContext): Promise<void> {
  const { workflowId, runId } = workflowInfo();
  const { releaseId } = opened;
  for (let signal = inbox.signals.shift(); signal !== undefined; signal = inbox.signals.shift()) {
    await store.recordSignal({ releaseId, workflowId, runId, ...signal });
    inbox.woken = true;
  }
}

async function applyCommands(context: ReleaseContext): Promise<void> {
  if (!context.inbox.woken) return;
  context.inbox.woken = false;
  const { releaseId } = context.opened;
  const { commands, rollingBack } = decisionsOf(await store.readCommands({ releaseId }));
  const aborts = commands.some(({ kind }) => kind === 'abort');
  if (rollingBack !== undefined && !aborts) stopBeforeProduction(context, rollingBack);
  // Approvals are no commands: whoever gives one wakes the release, and what waits for it tries again.
  if (context.step?.waits !== undefined) context.changes += 1;
  for (const command of commands) {
    await inTurn(context, () => apply(context, command));
    context.changes += 1;
    show(context);
  }
}

async function apply(context: ReleaseContext, command: ReleaseCommand): Promise<void> {
  const atMs = Date.now();
  const { result } = answerTo(context.progress, command, atMs);
  transition(context, { kind: 'commanded', command, atMs });
  await actOn(context, command);
  const { releaseId } = context.opened;
  await store.markCommandApplied({ id: command.id, result, releaseId, kept: toKeep(context) });
}

/** Releases that were begun by an older version have a list in their history. */
function decisionsOf(read: Decisions | ReleaseCommand[]): Decisions {
  return Array.isArray(read) ? { commands: read } : read;
}

/**
 * Somebody rolled the app back: a release that only measures has nothing to go on for. In production the next look
 * finds that out, and knows more of it.
 */
function stopBeforeProduction(context: ReleaseContext, reason: string): void {
  if (context.progress.compensations.length > 0) return;
  context.aborted ??= { outcome: 'superseded', reason };
  context.stageScope?.cancel();
}

async function actOn(context: ReleaseContext, command: ReleaseCommand): Promise<void> {
  if (command.kind === 'abort') {
    const because = command.reason === undefined ? '' : `: ${command.reason}`;
    context.aborted = { outcome: 'aborted', reason: `aborted by ${command.actor}${because}` };
    context.stageScope?.cancel();
  }
  // Of a release from when every promotion ended a pause: now one has to say so, and has ended it in its own row.
  const { promotion, pausedSinceMs } = context.progress;
  const isMeant = command.resume === undefined && promotion?.commandId === command.id;
  if (isMeant && pausedSinceMs !== undefined) {
    await store.endPause({ releaseId: context.opened.releaseId, commandId: command.id });
    transition(context, { kind: 'resumed' });
  }
}
