import { DefaultLogger, Runtime, Worker } from '@temporalio/worker';
import { z } from 'zod';
import { workflowBundle } from '../support/temporal.ts';
import { recordedHistories, recordedHistory, recordedPlaces } from './recorded.ts';

const historySchema = z.looseObject({
  events: z.array(
    z.looseObject({
      workflowExecutionStartedEventAttributes: z.looseObject({ workflowId: z.string() }).optional(),
    }),
  ),
});

/** Replays the first events of a recorded history, or all of them. */
async function replay(name: string, events?: number): Promise<void> {
  const history = historySchema.parse(recordedHistory(name));
  const workflowId = history.events[0]?.workflowExecutionStartedEventAttributes?.workflowId;
  await Worker.runReplayHistory(
    { workflowBundle: await workflowBundle() },
    { ...history, events: history.events.slice(0, events) },
    workflowId,
  );
}

beforeAll(() => {
  Runtime.install({ logger: new DefaultLogger('ERROR') });
});

describe('releases that began under the code of a33d452', () => {
  it.each(recordedHistories())('have ended the same way: %s', (name) => replay(name));

  it.each(recordedPlaces())('come to the same place: $place', async ({ history, events }) => {
    expect(events).toBeGreaterThan(10);
    await replay(history, events);
  });
});
