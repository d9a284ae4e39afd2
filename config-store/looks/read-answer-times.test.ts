import { noArmCounts } from '../../domain/guardrail/arm-counts.ts';
import { flushCounters } from '../gateway-view/flush-counters.ts';
import { readAnswerFacts } from './read-answer-facts.ts';
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

it('takes what the answers of a revision were in the same way', async () => {
  const { app, a: stable } = await createApp(store.db);
  const opened = await startRelease(store.db, app, 'b');
  await raise(store.db, opened, { weight: 5, expectedVersion: 1 });
  const count = (
    gatewayId: string,
    splitVersion: number,
    answers?: number,
    arm: 'stable' | 'candidate' = 'stable',
  ) =>
    flushCounters(store.db, {
      ...{ gatewayId, bootId: `boot-${splitVersion}-${arm}`, environment, sequence: 1 },
      ...{ charges: [], seen: [], observations: [] },
      counters: [
        {
          ...{ app, splitVersion, arm },
          counts: {
            ...noArmCounts(),
            ...(answers === undefined
              ? {}
              : { facts: { answers, truncated: 1, refused: 2, invalidFormat: 3 } }),
          },
        },
      ],
    });
  const facts = (atLeast: number, of = stable) =>
    readAnswerFacts(store.db, { app, environment, stable: of, atLeast });
  expect(await facts(500)).toBeUndefined();
  await count('g1', 1, 900);
  await count('g1', 2, 40);
  await count('g2', 2, 10);
  await count('g3', 2);
  await count('g1', 2, 70, 'candidate');
  expect(await facts(50)).toEqual({ answers: 50, truncated: 2, refused: 4, invalidFormat: 6 });
  expect(await facts(51)).toEqual({ answers: 950, truncated: 3, refused: 6, invalidFormat: 9 });
  expect(await facts(1, opened.release.revision)).toMatchObject({ answers: 70 });
});
