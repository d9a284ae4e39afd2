import { defineSignal, setHandler, sleep, workflowInfo } from '@temporalio/workflow';
import { getActivator } from '@temporalio/workflow/lib/global-attributes.js';
import {
  abortSignal,
  pauseSignal,
  resumeSignal,
  wakeSignal,
  type ReleaseInput,
} from '../../../workflows/messages.ts';
import * as workflows from '../../../workflows/index.ts';

// Sluice's workflows after changes that nobody has guarded by `patched`. Which one it is stands at the beginning of the
// app's name (`changes` of workers/reconciler/stuck-releases.test.ts), so that one worker plays them all.

export async function release(input: ReleaseInput) {
  switch (input.app.split('-')[0]) {
    case 'deaf':
      return deaf(input);
    case 'renamed':
      renameBatches();
      break;
    case 'child':
      changeChildIds();
      break;
    case 'looping':
      // Only in what began before: Temporal's deadlock detector ends it after some seconds, again and again.
      while (workflowInfo().unsafe.isReplaying);
      break;
    case 'spinning':
      while (workflowInfo().unsafe.isReplaying) await Promise.resolve();
      break;
    case 'throwing':
      throw new TypeError('this code throws at its start');
    default:
      await sleep(1);
  }
  return workflows.release(input);
}

export async function evaluation(input: { releaseId: string }) {
  await sleep(1);
  return workflows.evaluation(input);
}

/** Nobody hears a signal any more; what people decide stands in the database. */
function deaf(input: ReleaseInput) {
  const done = workflows.release(input);
  for (const { name } of [wakeSignal, pauseSignal, resumeSignal, abortSignal])
    setHandler(defineSignal(name), undefined);
  return done;
}

function renameBatches(): void {
  getActivator().interceptors.outbound.push({
    scheduleActivity: (asked, next) =>
      next(asked.activityType === 'takeLooks' ? { ...asked, activityType: 'takeLooksRenamed' } : asked),
  });
}

function changeChildIds(): void {
  getActivator().interceptors.outbound.push({
    startChildWorkflowExecution: (asked, next) =>
      next({ ...asked, options: { ...asked.options, workflowId: `${asked.options.workflowId}/renamed` } }),
  });
}
