import { DefaultLogger, Runtime } from '@temporalio/worker';
import { z } from 'zod';
import { replayAll, type SavedHistory } from '../support/replay.ts';
import { recordedHistories, recordedHistory, recordedPlaces } from './recorded.ts';

const historySchema = z.looseObject({
  events: z.array(
    z.looseObject({
      workflowExecutionStartedEventAttributes: z.looseObject({ workflowId: z.string() }).optional(),
    }),
  ),
});

/** A recorded history, or its first events. */
function saved(name: string, history: string, events?: number): SavedHistory {
  return { name, events: historySchema.parse(recordedHistory(history)).events.slice(0, events) };
}

let replayed: Awaited<ReturnType<typeof replayAll>>;
beforeAll(async () => {
  Runtime.install({ logger: new DefaultLogger('ERROR') });
  replayed = await replayAll([
    ...recordedHistories().map((name) => saved(name, name)),
    ...recordedPlaces().map(({ place, history, events }) => saved(place, history, events)),
  ]);
});

function expectReplayed(name: string): void {
  expect(replayed.has(name)).toBe(true);
  expect(replayed.get(name)).toBeUndefined();
}

describe('releases that began under the code of a33d452', () => {
  it.each(recordedHistories())('have ended the same way: %s', (name) => {
    expectReplayed(name);
  });

  it.each(recordedPlaces())('come to the same place: $place', ({ place, events }) => {
    expect(events).toBeGreaterThan(10);
    expectReplayed(place);
  });
});
