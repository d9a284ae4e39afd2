import { ActivityFailure, workflowInfo } from '@temporalio/workflow';
import { stableWatchRunId } from '../../domain/stable-watch/stable-watch.ts';
import { watching } from '../activities.ts';
import { requireInput } from '../gates/require-input.ts';
import { sentenceOf } from '../release/sentence-of.ts';

/** What the workflow of a stable watch is started with. */
export interface StableWatchStart {
  readonly app: string;
  /** Who asked for this run; absent where its time has come. */
  readonly askedBy?: string;
}

/** One run of an app's stable watch. What it asks and finds stands in its rows; a sentence of it is the result. */
export async function stableWatch(given?: StableWatchStart | null): Promise<string> {
  const { app, askedBy } = requireInput(given, 'an app: {"app": …}');
  const { rows, asking } = watching();
  const runId = stableWatchRunId(workflowInfo().firstExecutionRunId);
  const opened = await rows.openStableWatch({ app, runId, ...(askedBy === undefined ? {} : { askedBy }) });
  if (opened.kind === 'skipped') return `skipped: ${opened.says}`;
  const { outcome, says } = await rows.closeStableWatch({ runId, ...(await ask()) });
  return `${outcome}: ${says}`;

  /** What no worker could ask is not known: the run ends all the same. */
  async function ask(): Promise<{ readonly cutShort?: string }> {
    try {
      return await asking.askStable({ runId });
    } catch (error) {
      if (!(error instanceof ActivityFailure)) throw error;
      return { cutShort: sentenceOf(error).slice(0, 300) };
    }
  }
}
