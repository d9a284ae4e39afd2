import { noArmCounts } from '../../domain/guardrail/arm-counts.ts';
import { flushCounters } from '../gateway-view/flush-counters.ts';
import { readAnswerTimes } from './read-answer-times.ts';
import { createApp, environment, raise, startRelease } from '../test-fixtures/release-fixture.ts';
import { useDatabase } from '../test-fixtures/use-database.ts';

const store = useDatabase();

it('takes the newest versions of the stable revision that have enough answers, over all gateways', async () => {
  const { app, a: stable } = await createApp(store.db);
  const opened = await startRelease(store.db, app, 'b');
  await raise(store.db, opened, { weight: 5, expectedVersion: 1 });
  await raise(store.db, opened, { weight: 25, expectedVersion: 2 });
  const count = (
    gatewayId: string,
    splitVersion: number,
    answerBuckets: number[] | undefined,
    arm: 'stable' | 'candidate' = 'stable',
  ) => {
    const { answerBuckets: _, ...counts } = noArmCounts();
    const counters = [
      { app, splitVersion, arm, counts: answerBuckets === undefined ? counts : { ...counts, answerBuckets } },
    ];
    return flushCounters(store.db, {
      ...{ gatewayId, bootId: `boot-${splitVersion}-${arm}`, environment, sequence: 1 },
      ...{ counters, charges: [], seen: [] },
    });
  };
  const times = (atLeast: number, of = stable) =>
    readAnswerTimes(store.db, { app, environment, stable: of, atLeast });
  expect(await times(500)).toEqual([]);
  await count('g1', 1, [900]);
  await count('g1', 2, [0, 200]);
  await count('g1', 3, [0, 100, 7]);
  await count('g2', 3, [1]);
  await count('g2', 2, undefined);
  await count('g1', 3, [5000], 'candidate');
  expect(await times(108)).toEqual([1, 100, 7]);
  expect(await times(109)).toEqual([1, 300, 7]);
  expect(await times(500)).toEqual([901, 300, 7]);
  // What it took as a candidate is what it will take as stable.
  expect(await times(1, opened.release.revision)).toEqual([5000]);
});
