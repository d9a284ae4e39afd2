import { z } from 'zod';
import { listAudit } from '../config-store/audit/list-audit.ts';
import { listEvidence } from '../config-store/looks/list-evidence.ts';
import { readGuard } from '../config-store/guards/read-guards.ts';
import { listHistory } from '../config-store/splits/list-history.ts';
import { listStages } from '../config-store/releases/progress/list-stages.ts';
import { publishPolicy } from '../config-store/policies/publish-policy.ts';
import { readActive } from '../config-store/apps/read-active.ts';
import { readLease } from '../config-store/test-fixtures/read-lease.ts';
import { readRelease } from '../config-store/releases/read-release.ts';
import { readSplit } from '../config-store/splits/read-split.ts';
import { recordCommand } from '../config-store/releases/commands/record-command.ts';
import { rollback } from '../config-store/splits/rollback.ts';
import { planSchema } from '../domain/release/plan.ts';
import { shippedPolicy } from '../domain/policy/policy.ts';
import { outcomes } from '../domain/release/release.ts';
import { waitFor } from '../tests/support/wait-for.ts';
import {
  abortSignal,
  pauseSignal,
  resumeSignal,
  searchAttributes,
  wakeSignal,
} from '../workflows/messages.ts';
import { endOf } from '../workflows/test-fixtures/end-of.ts';
import { failingTraffic, playGateway, usePlayedGateways } from './test-fixtures/played-gateway.ts';
import {
  atWeight,
  commitRelease,
  environment,
  longStep,
  publishVersions,
  quickPlan,
  startRelease,
  useReleaseStack,
} from './test-fixtures/release-stack.ts';

const stack = useReleaseStack();
const play = usePlayedGateways();

/** Who ended a release, and how, by the audit log. */
async function enderOf(releaseId: string): Promise<[string, string] | undefined> {
  const { items } = await listAudit(stack.db, { releaseId });
  const end = items.find(({ action }) => outcomes.some((outcome) => action === `release.${outcome}`));
  return end && [end.actor, end.action];
}

async function evidenceOf(releaseId: string, rows = 1) {
  return waitFor(
    async () => {
      const evidence = await listEvidence(stack.db, { releaseId });
      return evidence.length >= rows && evidence;
    },
    { what: `${rows} looks` },
  );
}

describe('a guard on a real database', () => {
  const steps = [{ weight: 100, hold: '500ms', minExposures: 20 }];
  const guarded = async (guard: string, taskQueue: string) => {
    const { app, v2 } = await publishVersions(stack.db);
    const gateway = play(stack.db, app);
    const row = await commitRelease(stack.db, app, v2, planSchema.parse({ ...quickPlan, steps, guard }));
    const { outcome } = await endOf(await startRelease(stack, taskQueue, row));
    expect([outcome, (await readActive(stack.db, { app, environment }))?.stable?.label]).toEqual([
      'promoted',
      'v2',
    ]);
    const over = () =>
      waitFor(async () => (await readGuard(stack.db, row.id))?.outcome, { what: 'the guard to be over' });
    return { app, gateway, row, over };
  };

  it('goes on looking once its release has ended, and gives all subjects to what is stable when its time is over', async () => {
    await stack.onWorker(async (taskQueue) => {
      const { app, row, over } = await guarded('2s', taskQueue);
      expect(await over()).toBe('passed');
      expect((await evidenceOf(row.id, 3)).at(-1)?.stage).toBe('guard');
      const { items } = await listHistory(stack.db, { app, environment });
      expect(items.map(({ kind, weight }) => `${kind} ${weight}`).reverse()).toEqual([
        ...['create 0', 'raise 95', 'promote 0', 'promote 0'],
      ]);
    });
  });

  it('takes back what turns bad, and the former revision is stable again', async () => {
    await stack.onWorker(async (taskQueue) => {
      const { app, gateway, row, over } = await guarded('60m', taskQueue);
      gateway.behaviour.traffic = failingTraffic;
      expect(await over()).toBe('rolled_back');
      expect(await readActive(stack.db, { app, environment })).toMatchObject({ stable: { label: 'v1' } });
      expect((await readRelease(stack.db, row.id))?.state).toBe('promoted');
    });
  });
});

describe('a release on a real database', () => {
  it('makes a good candidate stable and leaves evidence, history, stages and search attributes', async () => {
    const { app, v2 } = await publishVersions(stack.db);
    play(stack.db, app);
    play(stack.db, app);
    const row = await commitRelease(stack.db, app, v2);
    await stack.onWorker(async (taskQueue) => {
      const handle = await startRelease(stack, taskQueue, row);
      expect((await endOf(handle)).outcome).toBe('promoted');
      const { typedSearchAttributes: found, status } = await handle.describe();
      expect(status.name).toBe('COMPLETED');
      expect(found.getAll().map(({ key, value }) => [key.name, value])).toEqual(
        expect.arrayContaining([
          [searchAttributes.outcome, 'promoted'],
          [searchAttributes.release, row.id],
          [searchAttributes.weight, 100],
        ]),
      );
    });
    expect(await readActive(stack.db, { app, environment })).toMatchObject({ stable: { label: 'v2' } });
    const { items } = await listHistory(stack.db, { app, environment });
    expect(items.map(({ kind, weight }) => `${kind} ${weight}`).reverse()).toEqual([
      ...['create 0', 'raise 5', 'raise 95', 'raise 100', 'promote 0'],
    ]);
    const stages = await listStages(stack.db, row.id);
    expect(stages.map(({ stage, outcome }) => `${stage} ${outcome}`)).toEqual([
      ...[
        'evaluate skipped',
        'mirror skipped',
        'canary-5 pass',
        'canary-100 pass',
        'full pass',
        'finish pass',
      ],
    ]);
    expect((await listEvidence(stack.db, { releaseId: row.id })).length).toBeGreaterThan(5);
    expect(await readLease(stack.db, { app, environment })).toBeUndefined();
  });

  it('takes a candidate back that fails, and says why', async () => {
    const { app, v1, v2 } = await publishVersions(stack.db, longStep);
    play(stack.db, app, failingTraffic);
    const row = await commitRelease(stack.db, app, v2, longStep);
    const result = await stack.onWorker(async (taskQueue) =>
      endOf(await startRelease(stack, taskQueue, row)),
    );
    expect(result.outcome).toBe('rolled_back');
    expect(result.reason).toMatch(/errors worse than stable: 100.0 % against 0.0 %/);
    const split = await readSplit(stack.db, { app, environment });
    expect([split?.stable, split?.candidate, split?.weight]).toEqual([v1, undefined, 0]);
    expect(await readRelease(stack.db, row.id)).toMatchObject({
      state: 'rolled_back',
      reason: result.reason,
      decidedBy: 'system:release',
    });
    expect(await enderOf(row.id)).toEqual(['system:release', 'release.rolled_back']);
    const { items } = await listAudit(stack.db, { releaseId: row.id });
    expect(items[0]?.details).toMatchObject({ guardrail: 'errors', reason: result.reason });
  });

  it('is taken back where no gateway is alive to measure', async () => {
    const { app, v2 } = await publishVersions(stack.db, longStep);
    const row = await commitRelease(stack.db, app, v2, longStep);
    const result = await stack.onWorker(async (taskQueue) =>
      endOf(await startRelease(stack, taskQueue, row)),
    );
    expect(result).toMatchObject({ outcome: 'rolled_back' });
    expect(result.reason).toMatch(/no valid measurement for 2 s: No gateway/);
  });

  it('is taken back where a gateway refuses the candidate', async () => {
    const { app, v2 } = await publishVersions(stack.db, longStep);
    play(stack.db, app).behaviour.refuses = 'no provider "openai" is bound';
    const row = await commitRelease(stack.db, app, v2, longStep);
    const result = await stack.onWorker(async (taskQueue) =>
      endOf(await startRelease(stack, taskQueue, row)),
    );
    expect(result.reason).toMatch(/refuses the candidate: no provider "openai" is bound/);
  });

  it('goes on where two gateways ended without their last counts, and condemns nothing (invariants 21 and 26)', async () => {
    const { app, v2 } = await publishVersions(stack.db, longStep);
    play(stack.db, app);
    const lost = [playGateway(stack.db, app), playGateway(stack.db, app)];
    const row = await commitRelease(stack.db, app, v2, longStep);
    const looksWithGaps = async () =>
      (await listEvidence(stack.db, { releaseId: row.id })).filter(
        ({ judgement }) =>
          z.looseObject({ gaps: z.array(z.string()) }).parse(judgement).gaps.length === lost.length,
      );
    const result = await stack.onWorker(async (taskQueue) => {
      const handle = await startRelease(stack, taskQueue, row);
      await evidenceOf(row.id);
      await Promise.all(lost.map((gateway) => gateway.kill()));
      await waitFor(async () => (await looksWithGaps()).length >= 2, {
        what: 'two looks that record both gaps',
      });
      expect(await readRelease(stack.db, row.id)).toMatchObject({ state: 'progressing' });
      await handle.signal(abortSignal);
      return endOf(handle);
    });
    expect(result.outcome).toBe('aborted');
  });

  it('ends as a rollback from elsewhere has said, and does not touch what that wrote', async () => {
    const { app, v2 } = await publishVersions(stack.db, longStep);
    play(stack.db, app);
    const row = await commitRelease(stack.db, app, v2, longStep);
    const result = await stack.onWorker(async (taskQueue) => {
      const handle = await startRelease(stack, taskQueue, row);
      await atWeight(stack.db, app, 5);
      const reason = 'customers complain';
      await rollback(stack.db, {
        app,
        environment,
        actor: 'break-glass:root',
        reason,
        operationId: 'by hand',
      });
      return endOf(handle);
    });
    expect(result).toEqual({ outcome: 'aborted', reason: 'customers complain' });
    expect(await readRelease(stack.db, row.id)).toMatchObject({
      ...{ state: 'aborted', actor: 'user:ada', decidedBy: 'break-glass:root' },
    });
    expect(await enderOf(row.id)).toEqual(['break-glass:root', 'release.aborted']);
    const { items } = await listHistory(stack.db, { app, environment });
    expect(items.map(({ actor }) => actor).reverse()).toEqual([
      'user:ada',
      'system:release',
      'break-glass:root',
    ]);
  });

  it('pauses, resumes and aborts by plain signals and records who sent them (invariant 5)', async () => {
    const { app, v2 } = await publishVersions(stack.db, longStep);
    play(stack.db, app);
    const row = await commitRelease(stack.db, app, v2, longStep);
    const inState = (state: string) =>
      waitFor(async () => (await readRelease(stack.db, row.id))?.state === state, {
        what: `the release to be ${state}`,
      });
    const result = await stack.onWorker(async (taskQueue) => {
      const handle = await startRelease(stack, taskQueue, row);
      await atWeight(stack.db, app, 5);
      await handle.signal(pauseSignal);
      await inState('paused');
      const looks = (await evidenceOf(row.id)).length;
      await evidenceOf(row.id, looks + 1); // Guardrails and lease go on.
      await handle.signal(resumeSignal);
      await inState('progressing');
      await handle.signal(abortSignal);
      return endOf(handle);
    });
    expect(result.outcome).toBe('aborted');
    const { items } = await listAudit(stack.db, { releaseId: row.id });
    const identity = `temporal:${stack.temporal.environment.client.options.identity}`;
    const byTemporal = items.filter(({ actor }) => actor === identity).map(({ action }) => action);
    expect(byTemporal.reverse()).toEqual([
      ...['release.pause', 'release.resume', 'release.abort', 'revision.condemned', 'split.rollback'],
      'release.aborted',
    ]);
  });

  it('is aborted by a command: the split is back before the workflow has read it', async () => {
    const { app, v1, v2 } = await publishVersions(stack.db, longStep);
    play(stack.db, app);
    const row = await commitRelease(stack.db, app, v2, longStep);
    const result = await stack.onWorker(async (taskQueue) => {
      const handle = await startRelease(stack, taskQueue, row);
      await atWeight(stack.db, app, 5);
      const command = { releaseId: row.id, kind: 'abort', actor: 'user:bob', reason: 'wrong day' } as const;
      await recordCommand(stack.db, { ...command, idempotencyKey: 'k1' });
      expect(await readSplit(stack.db, { app, environment })).toMatchObject({ stable: v1, weight: 0 });
      await handle.signal(wakeSignal);
      return endOf(handle);
    });
    expect(result).toEqual({ outcome: 'aborted', reason: expect.stringContaining('wrong day') as string });
  });

  it('ends a release of the API that the policy has come to refuse, and says why', async () => {
    const { app, v2 } = await publishVersions(stack.db);
    const row = await commitRelease(stack.db, app, v2);
    await publishPolicy(stack.db, { scope: app, policy: shippedPolicy, actor: 'user:ada' });
    await stack.onWorker(async (taskQueue) => {
      const handle = await startRelease(stack, taskQueue, row);
      await expect(handle.result()).rejects.toThrow();
      expect(await readRelease(stack.db, row.id)).toMatchObject({
        state: 'failed',
        reason: expect.stringContaining('evaluation.required') as string,
      });
    });
  });
});
