import { listReleases } from '../config-store/releases/list-releases.ts';
import { publishPolicy } from '../config-store/policies/publish-policy.ts';
import { readRelease } from '../config-store/releases/read-release.ts';
import { rollback } from '../config-store/splits/rollback.ts';
import { shippedPolicy } from '../domain/policy/policy.ts';
import { waitFor } from '../tests/support/wait-for.ts';
import { abortSignal } from '../workflows/messages.ts';
import { endOf } from '../workflows/test-fixtures/end-of.ts';
import { usePlayedGateways } from './test-fixtures/played-gateway.ts';
import {
  atWeight,
  commitRelease,
  environment,
  longStep,
  publishVersion,
  publishVersions,
  startByHand,
  startRelease,
  useReleaseStack,
} from './test-fixtures/release-stack.ts';

const stack = useReleaseStack();
const play = usePlayedGateways();

describe('a release that somebody starts through Temporal', () => {
  it('is started by hand with app and revision, and its starter is on record', async () => {
    const { app } = await publishVersions(stack.db);
    play(stack.db, app);
    await stack.onWorker(async (taskQueue) => {
      const handle = await startByHand(stack, taskQueue, { app, revision: 'v2' });
      expect((await endOf(handle)).outcome).toBe('promoted');
      const row = await readRelease(stack.db, handle.firstExecutionRunId);
      expect(row).toMatchObject({
        state: 'promoted',
        actor: `temporal:${stack.temporal.environment.client.options.identity}`,
      });
    });
  });

  it('tells who starts by hand what does not exist', async () => {
    const { app } = await publishVersions(stack.db);
    await stack.onWorker(async (taskQueue) => {
      const handle = await startByHand(stack, taskQueue, { app, revision: 'v9' });
      await expect(handle.result()).rejects.toMatchObject({ cause: { cause: { type: 'not_found' } } });
    });
  });

  it('starts nothing by hand where the operator has not switched it on, and leaves nothing', async () => {
    const { app } = await publishVersions(stack.db);
    await stack.withWorker(
      async (taskQueue) => {
        const handle = await startByHand(stack, taskQueue, { app, revision: 'v2' });
        await expect(handle.result()).rejects.toMatchObject({
          cause: {
            cause: {
              type: 'forbidden',
              message: expect.stringContaining('SLUICE_START_FROM_TEMPORAL') as string,
            },
          },
        });
        expect((await listReleases(stack.db, { app })).items).toEqual([]);
      },
      { startFromTemporal: 'off' },
    );
  });

  it('holds what is started by hand to the policy, as the role that the setting names (invariant 27)', async () => {
    const { app } = await publishVersions(stack.db);
    await publishPolicy(stack.db, { scope: app, policy: shippedPolicy, actor: 'user:ada' });
    await stack.withWorker(
      async (taskQueue) => {
        const handle = await startByHand(stack, taskQueue, { app, revision: 'v2' });
        await expect(handle.result()).rejects.toMatchObject({
          cause: {
            cause: { type: 'policy_violated', message: expect.stringContaining('steps.minHold') as string },
          },
        });
        expect((await listReleases(stack.db, { app })).items).toEqual([]);
      },
      { startFromTemporal: 'admin' },
    );
  });

  it('does not start by hand what was taken back, or is stable already', async () => {
    const { app, v2 } = await publishVersions(stack.db);
    play(stack.db, app);
    const row = await commitRelease(stack.db, app, v2);
    await stack.onWorker(async (taskQueue) => {
      const first = await startRelease(stack, taskQueue, row);
      await atWeight(stack.db, app, 5);
      await rollback(stack.db, {
        ...{ app, environment, takeOut: v2, actor: 'user:ada', reason: 'bad', operationId: 'back' },
      });
      await endOf(first);
      for (const [revision, why] of [
        ['v2', 'v2 was rolled back before by user:ada: bad'],
        ['v1', 'v1 already is the stable revision'],
      ] as const) {
        const handle = await startByHand(stack, taskQueue, { app, revision });
        await expect(handle.result()).rejects.toMatchObject({
          cause: { cause: { type: 'conflict', message: expect.stringContaining(why) as string } },
        });
      }
    });
  });

  it('rolls an older open release back whose run is gone before it opens its own (invariant 3)', async () => {
    const { app, v2 } = await publishVersions(stack.db, longStep);
    await publishVersion(stack.db, app, 'v3');
    play(stack.db, app);
    const older = await commitRelease(stack.db, app, v2, longStep);
    await stack.onWorker(async (taskQueue) => {
      const lost = await startRelease(stack, taskQueue, older);
      await atWeight(stack.db, app, 5);
      await lost.terminate('as a lost namespace would');
      const handle = await startByHand(stack, taskQueue, { app, revision: 'v3' });
      await waitFor(
        async () => (await readRelease(stack.db, handle.firstExecutionRunId))?.state === 'progressing',
        {
          what: 'the new release to progress',
        },
      );
      expect(await readRelease(stack.db, older.id)).toMatchObject({ state: 'failed' });
      await handle.signal(abortSignal);
      await endOf(handle);
    });
  });

  it('has one open release for each app: the second start is refused (invariant 3)', async () => {
    const { app, v2 } = await publishVersions(stack.db, longStep);
    play(stack.db, app);
    const row = await commitRelease(stack.db, app, v2, longStep);
    await stack.onWorker(async (taskQueue) => {
      const handle = await startRelease(stack, taskQueue, row);
      await expect(startByHand(stack, taskQueue, { app, revision: 'v2' })).rejects.toThrow(/already started/);
      await atWeight(stack.db, app, 5);
      await handle.signal(abortSignal);
      expect((await endOf(handle)).outcome).toBe('aborted');
    });
  });
});
