import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Worker } from '@temporalio/worker';
import { workflowBundle } from '../tests/support/temporal.ts';

const folder = join(import.meta.dirname, '../tests/replay-histories');
const histories = readdirSync(folder).filter((name) => name.endsWith('.json'));

/** The paths of which a history must be there; a new path of the workflow gets a line here. */
const paths = [
  ...['promoted', 'blocked', 'inconclusive', 'rounds-and-samples', 'failed'],
  ...['rolled-back', 'superseded', 'refused', 'late-ack', 'blind', 'blind-for-a-while'],
  ...['promoted-by-command', 'inconclusive-step', 'alarm-at-100'],
  ...['continued-as-new', 'continued-twice'],
  ...['promoted', 'rolled-back', 'overridden', 'blind', 'late-ack', 'continued-twice', 'started-again'].map(
    (name) => `${name}-in-batches`,
  ),
  ...['promoted', 'rolled_back', 'aborted', 'blocked', 'failed'].map((name) => `${name}-ends-as-it-ended`),
  ...['paused-and-resumed', 'paused-too-long', 'aborted-by-signal', 'aborted-by-command', 'cancelled'],
];

/** What of a saved history has to be known: a release checks its own workflow id. */
interface SavedHistory {
  events: { workflowExecutionStartedEventAttributes?: { workflowId: string } }[];
}

describe('a release that began under older code', () => {
  it('has a saved history for every path', () => {
    expect(histories.map((name) => name.replace('.json', ''))).toEqual(expect.arrayContaining(paths));
  });

  it.each(histories)('goes on the same way: %s', async (name) => {
    const history = JSON.parse(readFileSync(join(folder, name), 'utf8')) as SavedHistory;
    const workflowId = history.events[0]?.workflowExecutionStartedEventAttributes?.workflowId;
    await Worker.runReplayHistory({ workflowBundle: await workflowBundle() }, history, workflowId);
  });
});
