import { flushCounters } from '../gateway-view/flush-counters.ts';
import { noArmCounts, noHorizonCounts } from '../../domain/guardrail/arm-counts.ts';
import { errors } from '../../domain/guardrail/errors.ts';
import { recordCommand } from '../releases/commands/record-command.ts';
import { readLookDue } from './read-look-due.ts';
import { createApp, environment, raise, startRelease } from '../test-fixtures/release-fixture.ts';
import { useDatabase } from '../test-fixtures/use-database.ts';

const store = useDatabase();

it('tells of the split, of what was decided, and how many of the candidate have settled under the version', async () => {
  const { app } = await createApp(store.db);
  const opened = await startRelease(store.db, app, 'b');
  const { id: releaseId } = opened.release;
  await raise(store.db, opened, { weight: 5, expectedVersion: opened.splitVersion });
  const splitVersion = opened.splitVersion + 1;
  const read = () => readLookDue(store.db, { releaseId, splitVersion });
  const before = { splitVersion, state: 'progressing', newestCommandId: 0, exposed: 0 };
  expect(await read()).toEqual(before);
  const { long } = noHorizonCounts();
  const flush = (gatewayId: string, arm: 'candidate' | 'stable', exposed: number, version = splitVersion) =>
    flushCounters(store.db, {
      ...{ gatewayId, bootId: 'boot', environment, sequence: 1, charges: [], seen: [] },
      counters: [
        {
          ...{ app, splitVersion: version, arm },
          counts: { ...noArmCounts(), guardrails: { [errors.name]: { short: { exposed, bad: 0 }, long } } },
        },
      ],
    });
  await flush('one', 'candidate', 7);
  await flush('other', 'candidate', 5);
  await flush('third', 'stable', 900);
  await flush('fourth', 'candidate', 400, opened.splitVersion);
  const pause = { releaseId, kind: 'pause' as const, actor: 'user:ada' as const, idempotencyKey: 'p' };
  const { id: newestCommandId } = (await recordCommand(store.db, pause)).command;
  expect(newestCommandId).toBeGreaterThan(0);
  expect(await read()).toEqual({ ...before, state: 'paused', newestCommandId, exposed: 12 });
});
