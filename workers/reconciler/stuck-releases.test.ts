import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { pino } from 'pino';
import { listAudit } from '../../config-store/audit/list-audit.ts';
import { listEvidence } from '../../config-store/looks/list-evidence.ts';
import { listHistory } from '../../config-store/splits/list-history.ts';
import { readRelease } from '../../config-store/releases/read-release.ts';
import { readSplit } from '../../config-store/splits/read-split.ts';
import type { ReleaseRow } from '../../config-store/releases/release-row.ts';
import { SluiceError } from '../../domain/errors.ts';
import { planSchema } from '../../domain/release/plan.ts';
import { waitFor } from '../../tests/support/wait-for.ts';
import { abortSignal } from '../../workflows/messages.ts';
import { reconcileOnce } from './reconciler.ts';
import { goodTraffic, playGateway, type PlayedGateway } from '../test-fixtures/played-gateway.ts';
import {
  commitRelease,
  environment,
  publishVersions,
  quickPlan,
  startRelease,
  useReleaseStack,
} from '../test-fixtures/release-stack.ts';

const stack = useReleaseStack();
const log = pino({ level: 'silent' });
const changedCode = join(import.meta.dirname, '../test-fixtures/changed-workflows/index.ts');
// By hand: SLUICE_TEST_UPGRADE=full npx jest workers/reconciler/stuck-releases.test.ts (half an hour): twenty releases, with the plan's
// own lease and blindness, and the reconciler's own minute and rounds.
const isFull = process.env['SLUICE_TEST_UPGRADE'] === 'full';
/** More than the machine's cores is enough to have several at once. */
const releasesAtOnce = isFull ? 20 : 4;
const timeoutMs = isFull ? 1_500_000 : 120_000;

const apps: string[] = [];

/** A first step that lasts long enough for the code to change in its middle. */
const plan = planSchema.parse({
  ...quickPlan,
  steps: [
    { weight: 25, hold: isFull ? '60s' : '2s', minExposures: 20 },
    { weight: 100, hold: '500ms', minExposures: 20 },
  ],
  ...(isFull ? { lease: '60s', maxBlind: '2m' } : { lease: '20s', maxBlind: '30s' }),
});
const everyMs = isFull ? 15_000 : 200;

/** As a round of every 15 s does, but that a task which fails for the second time is enough. */
function reconcile(taskQueue: string): Promise<{ isBlind: boolean }> {
  return reconcileOnce({
    ...{ db: stack.db, temporal: stack.view, taskQueue, log, everyMs: 15_000, minAgeMs: 120_000 },
    ...(isFull ? {} : { failingLimitMs: 1 }),
  });
}

/**
 * What changes in the code under releases (test-fixtures/changed-workflows): another order of commands, no handlers of
 * signals any more, an activity or a child by another name; and by hand an endless loop in what has begun before.
 */
const changes = ['app', 'deaf', 'renamed', 'child'];
const loops = ['looping', 'spinning'];

let gateway: PlayedGateway | undefined;

/** A step that has too few requests does not pass, however long the others take to begin. */
function holdAll(holds: boolean): void {
  if (gateway === undefined) throw new Error('A gateway is played once beforeAll has run.');
  gateway.behaviour.traffic = (arm, weight) =>
    holds && arm === 'candidate' ? { exposed: 0, bad: 0 } : goodTraffic(arm, weight);
}

async function startAtQuarter(taskQueue: string, kind = 'app'): Promise<ReleaseRow> {
  holdAll(true);
  const { app, v2 } = await publishVersions(stack.db, plan, kind);
  apps.push(app);
  const row = await commitRelease(stack.db, app, v2, plan);
  await startRelease(stack, taskQueue, row);
  await waitFor(async () => (await looksOf(row)).length >= 2, { what: 'two looks', timeoutMs });
  return row;
}

async function looksOf({ id }: ReleaseRow) {
  return (await listEvidence(stack.db, { releaseId: id })).filter(({ stage }) => stage === 'canary-25');
}

function startSeveral(taskQueue: string, kinds: readonly string[]): Promise<ReleaseRow[]> {
  return Promise.all(
    Array.from({ length: releasesAtOnce }, (_, i) => startAtQuarter(taskQueue, kinds[i % kinds.length])),
  );
}

/** Has the reconciler come by again and again until the releases have ended; gives their states. */
async function untilEnded(taskQueue: string, rows: readonly ReleaseRow[]): Promise<string[]> {
  holdAll(false);
  for (;;) {
    const now = await Promise.all(rows.map(({ id }) => readRelease(stack.db, id)));
    if (now.every((row) => row?.closedAt !== undefined)) return now.map((row) => row?.state ?? 'unknown');
    await reconcile(taskQueue).catch(untilNextRound);
    await delay(everyMs);
  }
}

/** A round that does not reach the database is no end of the reconciler's. */
function untilNextRound(error: unknown): void {
  if (!(error instanceof SluiceError && error.code === 'unreachable')) throw error;
}

async function writesOf({ app }: ReleaseRow): Promise<string[]> {
  const { items } = await listHistory(stack.db, { app, environment });
  return items.map(({ kind, weight }) => `${kind} ${weight}`).reverse();
}

const walkedOnce = ['create 0', 'raise 25', 'raise 95', 'raise 100', 'promote 0'];

describe('workflow code that changes under releases at 25 %', () => {
  beforeAll(() => {
    gateway = playGateway(stack.db, apps);
  });
  afterAll(() => gateway?.end());

  it(
    'has them go on at the same step, in fresh runs, where the old worker is gone',
    async () => {
      const taskQueue = `test-${randomUUID()}`;
      const kinds = isFull ? [...changes, ...loops] : changes;
      const rows = await stack.withWorker((queue) => startSeveral(queue, kinds), { taskQueue });
      const before = await Promise.all(rows.map(looksOf));
      const states = await stack.withWorker((queue) => untilEnded(queue, rows), {
        taskQueue,
        workflowsPath: changedCode,
      });
      expect(states).toEqual(rows.map(() => 'promoted'));
      for (const [i, row] of rows.entries()) {
        expect(await writesOf(row)).toEqual(walkedOnce);
        const looks = await looksOf(row);
        expect(looks.map(({ look }) => look)).toEqual(looks.map((_, k) => k));
        expect(looks.length).toBeGreaterThan(before[i]?.length ?? 0);
        const { items } = await listAudit(stack.db, { releaseId: row.id });
        const restarts = items.filter(({ action }) => action === 'release.restarted').length;
        // To hear no signal any more is no other order of commands; but beside those that loop a run may get no turn.
        if (!row.app.startsWith('deaf')) expect([row.app, restarts]).toEqual([row.app, 1]);
        else expect(restarts).toBeLessThanOrEqual(isFull ? 1 : 0);
      }
    },
    timeoutMs,
  );

  it.each([
    { kinds: isFull ? [...changes, ...loops] : changes, keepsHistories: true },
    // Either worker gets any task, not the one that had the task before: half of them fail, each for ten seconds. What
    // loops whenever it is replayed would leave the new one no time for anything else.
    ...(isFull ? [{ kinds: changes, keepsHistories: false }] : []),
  ])(
    'has them all end with the old worker and the new one side by side ($kinds, kept: $keepsHistories)',
    async ({ kinds, keepsHistories }) => {
      const taskQueue = `test-${randomUUID()}`;
      const states = await stack.withWorker(
        async () => {
          const rows = await startSeveral(taskQueue, kinds);
          return stack.withWorker(() => untilEnded(taskQueue, rows), {
            ...{ taskQueue, workflowsPath: changedCode, keepsHistories },
          });
        },
        { taskQueue, keepsHistories },
      );
      expect(states).toEqual(states.map(() => 'promoted'));
    },
    timeoutMs,
  );

  it(
    'still acts on what was sent to a run that could not read it',
    async () => {
      const taskQueue = `test-${randomUUID()}`;
      const row = await stack.withWorker((queue) => startAtQuarter(queue), { taskQueue });
      const workflow = stack.temporal.environment.client.workflow.getHandle(row.workflowId);
      await workflow.signal(abortSignal);
      const states = await stack.withWorker((queue) => untilEnded(queue, [row]), {
        taskQueue,
        workflowsPath: changedCode,
      });
      expect(states).toEqual(['aborted']);
      expect(await readSplit(stack.db, { app: row.app, environment })).toMatchObject({ weight: 0 });
    },
    timeoutMs,
  );
});
