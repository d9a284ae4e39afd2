import { flushCounters } from '../gateway-view/flush-counters.ts';
import { noArmCounts, noHorizonCounts } from '../../domain/guardrail/arm-counts.ts';
import { readLostRequests } from './read-lost-requests.ts';
import { createApp, environment } from '../test-fixtures/release-fixture.ts';
import { useDatabase } from '../test-fixtures/use-database.ts';

const store = useDatabase();

it('counts what dead processes had admitted and not settled, whatever became of it, of the candidate alone', async () => {
  const { app } = await createApp(store.db);
  const flush = (gatewayId: string, arm: 'candidate' | 'stable', counts: object, splitVersion = 1) =>
    flushCounters(store.db, {
      ...{ gatewayId, bootId: 'boot', environment, sequence: 1, charges: [], seen: [] },
      counters: [{ app, splitVersion, arm, counts: { ...noArmCounts(), ...counts } }],
    });
  await flush('alive', 'candidate', { admitted: 60, settled: { short: 40, long: 10 } });
  await flush('dead', 'candidate', { admitted: 40, failed: 9, settled: { short: 38, long: 30 } });
  await flush('dead', 'stable', { admitted: 400, settled: { short: 1, long: 1 } });
  await flush('dead', 'candidate', { admitted: 500, settled: { short: 0, long: 0 } }, 0);
  // Of a gateway of before, the exposures say the least that was settled.
  const { short } = noHorizonCounts();
  const guardrails = { errors: { short, long: { exposed: 15, bad: 0 } } };
  await flush('older', 'candidate', { admitted: 20, guardrails });
  const read = (...gaps: string[]) => readLostRequests(store.db, { app, environment, splitVersion: 1, gaps });
  expect(await read()).toEqual({ lost: 0, admitted: 120 });
  expect(await read('dead/boot')).toEqual({ lost: 10, admitted: 120 });
  expect(await read('dead/boot', 'older/boot', 'dead/another')).toEqual({ lost: 15, admitted: 120 });
});
