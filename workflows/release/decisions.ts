import { CancellationScope, condition, workflowInfo } from '@temporalio/workflow';
import type { Decisions } from '../../activities/release/contract.ts';
import { answerTo, type ReleaseCommand } from '../../domain/release/progress.ts';
import { store } from '../activities.ts';
import type { ReleaseRun } from './release-run.ts';
import { show } from './visibility.ts';

/**
 * Acts on what people decide, beside whatever the release is doing, for as long as the run lasts. A plain signal is
 * first recorded as a command, so that both ways are one: commands are read abort first, else oldest first.
 */
export function followDecisions(run: ReleaseRun): Promise<void> {
  const { inbox } = run;
  // An abort cancels the stage, and must itself be read to the end.
  return CancellationScope.nonCancellable(async () => {
    for (;;) {
      await condition(() => inbox.hasMail());
      inbox.isBusy = true;
      await recordSignals(run);
      await applyCommands(run);
      inbox.isBusy = false;
    }
  });
}

async function recordSignals({ inbox, opened }: ReleaseRun): Promise<void> {
  const { workflowId, runId } = workflowInfo();
  const { releaseId } = opened;
  for (let signal = inbox.signals.shift(); signal !== undefined; signal = inbox.signals.shift()) {
    await store.recordSignal({ releaseId, workflowId, runId, ...signal });
    inbox.woken = true;
  }
}

async function applyCommands(run: ReleaseRun): Promise<void> {
  if (!run.inbox.woken) return;
  run.inbox.woken = false;
  const { releaseId } = run.opened;
  const { commands, rollingBack } = decisionsOf(await store.readCommands({ releaseId }));
  const aborts = commands.some(({ kind }) => kind === 'abort');
  if (rollingBack !== undefined && !aborts) stopBeforeProduction(run, rollingBack);
  // Approvals are no commands: whoever gives one wakes the release, and what waits for it tries again.
  if (run.progress.step?.waits !== undefined) run.changes += 1;
  for (const command of commands) {
    await run.inTurn(() => applyCommand(run, command));
    run.changes += 1;
    show(run);
  }
}

/** Releases that were begun by an older version have a list in their history. */
function decisionsOf(read: Decisions | ReleaseCommand[]): Decisions {
  return Array.isArray(read) ? { commands: read } : read;
}

/**
 * Somebody rolled the app back: a release that only measures has nothing to go on for. In production the next look
 * finds that out, and knows more of it.
 */
function stopBeforeProduction(run: ReleaseRun, reason: string): void {
  if (run.isInProduction) return;
  run.aborted ??= { outcome: 'superseded', reason };
  run.stageScope?.cancel();
}

async function applyCommand(run: ReleaseRun, command: ReleaseCommand): Promise<void> {
  const { releaseId } = run.opened;
  const atMs = Date.now();
  const { result } = answerTo(run.progress, command, atMs);
  run.transition({ kind: 'commanded', command, atMs });
  if (command.kind === 'abort') abort(run, command);
  await endPauseOfBefore(run, command);
  await store.markCommandApplied({ id: command.id, result, releaseId, kept: run.toKeep() });
}

function abort(run: ReleaseRun, { actor, reason }: ReleaseCommand): void {
  const because = reason === undefined ? '' : `: ${reason}`;
  run.aborted = { outcome: 'aborted', reason: `aborted by ${actor}${because}` };
  run.stageScope?.cancel();
}

/** Of a release from when every promotion ended a pause: now one has to say so, and has ended it in its own row. */
async function endPauseOfBefore(run: ReleaseRun, { id: commandId, resume }: ReleaseCommand): Promise<void> {
  const isMeant = resume === undefined && run.progress.promotion?.commandId === commandId;
  if (!isMeant || !run.isPaused) return;
  await store.endPause({ releaseId: run.opened.releaseId, commandId });
  run.transition({ kind: 'resumed' });
}
