import { join } from 'node:path';
import type { Pool, PoolClient } from 'pg';
import { z } from 'zod';
import { createLookActivities } from '../../activities/looks/look.ts';
import { courseOf } from '../../activities/looks/judging/course.ts';
import { progressOf } from '../../activities/release/progress-of.ts';
import { createSplitActivities } from '../../activities/split/split.ts';
import { createPool } from '../../config-store/connection/create-pool.ts';
import { listEvidence } from '../../config-store/looks/list-evidence.ts';
import { beginRestart } from '../../config-store/releases/progress/begin-restart.ts';
import { requireRelease } from '../../config-store/releases/require-release.ts';
import { readSplit } from '../../config-store/splits/read-split.ts';
import type * as GuardrailModule from '../../domain/guardrail/guardrail.ts';
import type { Guardrail } from '../../domain/guardrail/guardrail.ts';
import { guardrails, judgedGuardrails } from '../../domain/guardrail/registry.ts';
import { planSchema } from '../../domain/release/plan.ts';
import { newProgress } from '../../domain/release/progress.ts';
import { playGateway } from '../../workers/test-fixtures/played-gateway.ts';
import { startRelease, useReleaseStack } from '../../workers/test-fixtures/release-stack.ts';
import { replayAll } from '../support/replay.ts';
import { waitFor } from '../support/wait-for.ts';
import type { TestDatabase } from '../support/database.ts';
import { recordAt25 } from './record/at-25.ts';
import { createRecordedDatabase } from './recorded-database.ts';
import { recordedHistory, recordedRows } from './recorded.ts';

// An update in the middle of a canary, to code that has learnt one more guardrail.
jest.mock('../../domain/guardrail/guardrails.ts', () => {
  const known = jest.requireActual<{ guardrails: readonly Guardrail[] }>(
    '../../domain/guardrail/guardrails.ts',
  );
  const { badEventGuardrail, planRuleFields, ruleFields } = jest.requireActual<typeof GuardrailModule>(
    '../../domain/guardrail/guardrail.ts',
  );
  const { z: schemas } = jest.requireActual<{ z: typeof z }>('zod');
  const politeness = badEventGuardrail({
    name: 'politeness',
    settings: schemas.object(ruleFields),
    planFields: {
      ratio: planRuleFields.ratio.default(1.25),
      floor: planRuleFields.floor.default(0.0005),
      tolerance: planRuleFields.tolerance.default(2),
    },
    words: { subject: 'politeness', bad: 'Answers that were not polite.' },
    observers: () => ({ politeness: { unit: 'request', badAfterMs: () => Infinity } }),
  });
  // What is recorded is what the code of then knew.
  return {
    guardrails: [...known.guardrails, ...(process.env['SLUICE_RECORD_ROWS'] === '1' ? [] : [politeness])],
  };
});

const stack = useReleaseStack();
const environment = 'production';
const recording = join(import.meta.dirname, 'd8017cc');

let used: { database: TestDatabase; db: Pool } | undefined;
afterEach(async () => {
  await used?.db.end();
  await used?.database.drop();
  used = undefined;
});

async function use(recorded: Promise<TestDatabase>): Promise<Pool> {
  const database = await recorded;
  used = { database, db: createPool(database.url, { applicationName: 'upgrade-test' }) };
  return used.db;
}

it('has learnt one more guardrail, which new plans judge, and those of before do not', () => {
  expect(guardrails.map(({ name }) => name)).toContain('politeness');
  const shares = judgedGuardrails(planSchema.parse({})).map(({ guardrail }) => guardrail.name);
  expect(shares).toContain('politeness');
});

const idOf = z.looseObject({ id: z.string(), app: z.string(), state: z.string() });

/** As the release that was promoted stood at 25 %, after five looks; its gateways were stopped for the update. */
async function rewind(client: PoolClient, releaseId: string): Promise<void> {
  const at25 = `${releaseId}/canary-25`;
  for (const [statement, ...values] of [
    [`delete from evidence where release_id <> $1 or stage <> 'canary-25' or look >= 5`, releaseId],
    [`delete from stage_result where release_id = $1 and stage not in ('evaluate', 'mirror')`, releaseId],
    [`delete from arm_counter where split_version > 2`],
    [`delete from seen_subject where split_version > 2`],
    [`delete from charged_subject where split_version > 2`],
    [
      `update split set (version, stable, candidate, weight, salt, counting, release_id)
         = (select version, stable, candidate, weight, salt, counting, release_id from split_history
           where operation_id = $1) where environment = 'production'`,
      at25,
    ],
    [`delete from split_history where environment = 'production' and version > 2`],
    [
      `update release set state = 'progressing', stage = 'canary-25', reason = null, closed_at = null where id = $1`,
      releaseId,
    ],
    [`update gateway_instance set ended_at = heartbeat_at`],
  ] as const)
    await client.query(statement, [...values]);
}

it('goes on with a release of a33d452 at 25 %: its looks, its judgement and its next step', async () => {
  const { id: releaseId, app } = recordedRows('release', idOf).find(({ state }) => state === 'promoted')!;
  const db = await use(createRecordedDatabase('a33d452', (client) => rewind(client, releaseId)));
  const release = await requireRelease(db, releaseId);
  const course = courseOf(release.plan);

  // What a run of then has carried through continue-as-new is believed, for the rows say the same.
  const begun = newProgress({ course, splitVersion: 2 }, Date.now());
  const carried = { ...begun, stageIndex: 2, stage: 'canary-25', weight: 25 };
  const run = { runId: 'run-now', continuedRunId: 'run-then', carried };
  expect(await progressOf(db, release, run)).toEqual(carried);

  const before = (await listEvidence(db, { releaseId })).at(-1)!;
  const gateway = playGateway(db, app);
  try {
    const { takeLook } = createLookActivities({ db });
    const args = { releaseId, stage: 'canary-25', splitVersion: 2, weight: 25, promote: false };
    const times = { elapsedMs: 1_000, holdMs: 8_000, deadlineMs: 60_000, minExposures: 20, leaseMs: 6_000 };
    const look = await waitFor(
      async () => {
        const number = (await listEvidence(db, { releaseId })).length;
        const taken = await takeLook({ ...args, ...times, look: number, heldMs: 8_000 }).catch(
          () => undefined,
        );
        return taken?.verdict === 'pass' ? taken : undefined;
      },
      { what: 'a look to pass', timeoutMs: 30_000 },
    );
    // The plan's own guardrails, with the shares that they had.
    const stored = z.object({
      guardrails: z.array(z.looseObject({ name: z.string(), threshold: z.number() })),
    });
    expect(look.guardrails.map(({ name, threshold }) => ({ name, threshold }))).toEqual(
      stored.parse(before.judgement).guardrails.map(({ name, threshold }) => ({ name, threshold })),
    );
    const { counts } = (await listEvidence(db, { releaseId })).at(-1)!;
    expect(counts).toMatchObject({ errors: {}, politeness: {} });
  } finally {
    await gateway.end();
  }
  const { writeStep } = createSplitActivities({ db });
  const next = { stage: 'canary-100', weight: 95, expectedVersion: 2, leaseMs: 6_000 };
  expect(await writeStep({ releaseId, ...next })).toEqual({ kind: 'written', version: 3 });
});

it('goes on with a release of d8017cc at 25 % to its end, in a run that goes on from its rows', async () => {
  if (process.env['SLUICE_RECORD_ROWS'] === '1') await recordAt25(stack, recording);
  const { id: releaseId, app } = recordedRows('release', idOf, 'd8017cc')[0]!;
  const db = await use(createRecordedDatabase('d8017cc'));
  const looksBefore = await listEvidence(db, { releaseId });
  const { firstRunId = '' } = await requireRelease(db, releaseId);
  await beginRestart(db, { releaseId, firstRunId, actor: 'system:reconciler', reason: 'an update' });
  const gateway = playGateway(db, app);
  try {
    await stack.withWorker(
      async (taskQueue) => {
        const handle = await startRelease(stack, taskQueue, await requireRelease(db, releaseId));
        expect(await handle.result()).toMatchObject({ outcome: 'promoted' });
      },
      { db },
    );
  } finally {
    await gateway.end();
  }
  const looks = await listEvidence(db, { releaseId });
  expect(looks.slice(0, looksBefore.length)).toEqual(looksBefore);
  const after = looks.slice(looksBefore.length);
  expect(after[0]).toMatchObject({ stage: 'canary-25', look: looksBefore.length });
  for (const { counts, judgement } of after) {
    expect(counts).toMatchObject({ politeness: {} });
    // Its plan knows nothing of it: it has no share in what the release is judged by.
    expect(JSON.stringify(judgement)).not.toContain('politeness');
  }
  expect((await readSplit(db, { app, environment }))?.weight).toBe(0);
});

it('replays the history of that release as far as it is', async () => {
  const { events } = z
    .looseObject({ events: z.array(z.looseObject({})) })
    .parse(recordedHistory('at-25', 'd8017cc'));
  expect((await replayAll([{ name: 'at-25', events }])).get('at-25')).toBeUndefined();
});
