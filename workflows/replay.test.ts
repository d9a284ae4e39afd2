import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DefaultLogger, Runtime } from '@temporalio/worker';
import { replayAll, type SavedHistory } from '../tests/support/replay.ts';

const folder = join(import.meta.dirname, '../tests/replay-histories');
const histories = readdirSync(folder).filter((name) => name.endsWith('.json'));

/** The paths of which a history must be there; a new path of the workflow gets a line here. */
const paths = [
  ...['promoted', 'blocked', 'inconclusive', 'rounds-and-samples', 'failed', 'stable-watch'],
  ...['rolled-back', 'superseded', 'refused', 'late-ack', 'blind', 'blind-for-a-while'],
  ...['promoted-by-command', 'inconclusive-step', 'alarm-at-100'],
  ...['continued-as-new', 'continued-twice'],
  ...['promoted', 'rolled-back', 'overridden', 'blind', 'late-ack', 'continued-twice', 'started-again'].map(
    (name) => `${name}-in-batches`,
  ),
  ...['promoted', 'rolled_back', 'aborted', 'blocked', 'failed'].map((name) => `${name}-ends-as-it-ended`),
  ...['paused-and-resumed', 'paused-too-long', 'aborted-by-signal', 'aborted-by-command', 'cancelled'],
];

function savedHistory(name: string): SavedHistory {
  const { events } = JSON.parse(readFileSync(join(folder, name), 'utf8')) as Pick<SavedHistory, 'events'>;
  return { name, events };
}

let replayed: Awaited<ReturnType<typeof replayAll>>;
beforeAll(async () => {
  Runtime.install({ logger: new DefaultLogger('ERROR') });
  replayed = await replayAll(histories.map(savedHistory));
});

describe('a release that began under older code', () => {
  it('has a saved history for every path', () => {
    expect(histories.map((name) => name.replace('.json', ''))).toEqual(expect.arrayContaining(paths));
  });

  it.each(histories)('goes on the same way: %s', (name) => {
    expect(replayed.has(name)).toBe(true);
    expect(replayed.get(name)).toBeUndefined();
  });
});
