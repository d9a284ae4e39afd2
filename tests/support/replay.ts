import { Worker } from '@temporalio/worker';
import { workflowBundle } from './temporal.ts';

/** A workflow's history, as it was saved. */
export interface SavedHistory {
  readonly name: string;
  readonly events: readonly {
    workflowExecutionStartedEventAttributes?: { workflowId: string } | undefined;
  }[];
}

/** Replays histories as Sluice's workflows of now, all on one worker; gives what went wrong with each, by name. */
export async function replayAll(
  histories: readonly SavedHistory[],
): Promise<ReadonlyMap<string, Error | undefined>> {
  const replays = histories.map(({ events }) => ({
    // A release checks its own workflow id.
    workflowId: events[0]?.workflowExecutionStartedEventAttributes?.workflowId ?? '',
    history: { events },
  }));
  const results: (Error | undefined)[] = [];
  const replaying = Worker.runReplayHistories({ workflowBundle: await workflowBundle() }, replays);
  // One after the other, in their order.
  for await (const { error } of replaying) results.push(error);
  if (results.length < histories.length) throw new Error(`Only ${results.length} histories were replayed.`);
  return new Map(histories.map(({ name }, i) => [name, results[i]]));
}
