import { noArmCounts, type ArmCounts } from '../../domain/guardrail/arm-counts.ts';
import { beginIdempotent } from '../idempotency/begin-idempotent.ts';
import { closeRelease } from '../releases/close-release.ts';
import { createEvalRun } from '../evaluations/create-eval-run.ts';
import { deleteExpired } from './delete-expired.ts';
import { flushCounters } from '../gateway-view/flush-counters.ts';
import { heartbeat } from '../gateway-view/heartbeat.ts';
import { insertSamples } from '../gateway-view/insert-samples.ts';
import { readRelease } from '../releases/read-release.ts';
import { rollback } from '../splits/rollback.ts';
import { setApp } from '../apps/set-app.ts';
import { createApp, environment, raise, startRelease } from '../test-fixtures/release-fixture.ts';
import { useDatabase } from '../test-fixtures/use-database.ts';

const store = useDatabase();
const actor = 'user:ada';
const days = (count: number): string => `now() - interval '${count} days'`;
const horizons = { short: { exposed: 1, bad: 0 }, long: { exposed: 1, bad: 0 } };
const counts: ArmCounts = {
  ...noArmCounts(),
  admitted: 1,
  guardrails: { errors: horizons, latency: horizons },
};

async function rowsOf(table: string, where = ''): Promise<number> {
  const { rowCount } = await store.db.query(`select from ${table} ${where}`);
  return rowCount ?? 0;
}

/** A release at 5 % under version 2, with a gateway that counted, saw and charged `subjects` under it. */
async function countedRelease({ subjects = 1 } = {}) {
  const { app } = await createApp(store.db);
  const opened = await startRelease(store.db, app, 'b');
  await raise(store.db, opened, { weight: 5, expectedVersion: 1, counting: { observed: { cost: {} } } });
  const raiseFurther = () => raise(store.db, opened, { weight: 25, expectedVersion: 2 });
  const releaseId = opened.release.id;
  const gateway = { gatewayId: `gateway-of-${app}`, bootId: 'boot', environment };
  await heartbeat(store.db, { ...gateway, acks: { [app]: 2 }, refusals: {}, fingerprint: {} });
  const of = { app, splitVersion: 2, arm: 'candidate' } as const;
  const hashes = Array.from({ length: subjects }, (_, i) => String(i));
  await flushCounters(store.db, {
    ...gateway,
    sequence: 1,
    counters: [{ ...of, counts }],
    charges: hashes.map((subjectHash) => ({
      ...of,
      releaseId,
      guardrail: 'errors',
      horizon: 'long',
      subjectHash,
    })),
    seen: hashes.map((subjectHash) => ({ ...of, subjectHash })),
    observations: hashes.map((subjectHash) => ({
      ...{ ...of, releaseId, guardrail: 'cost', subjectHash, ageMs: 0, value: 1 },
    })),
  });
  return { app, releaseId, raiseFurther };
}

/** Rolls a release back and closes it. */
async function end({ app, releaseId }: { app: string; releaseId: string }): Promise<void> {
  await rollback(store.db, { app, environment, operationId: `${releaseId}/end`, actor, reason: 'bad' });
  await closeRelease(store.db, { releaseId, outcome: 'rolled_back', reason: 'bad', actor: 'system:release' });
}

/** Makes all that happened so far so many days older. */
async function age(count: number): Promise<void> {
  const by = `- interval '${count} days'`;
  await store.db.query(`update release set created_at = created_at ${by}, closed_at = closed_at ${by};
    update split_history set at = at ${by};
    update charged_subject set at = at ${by};
    update charge_tally set at = at ${by};
    update observation set admitted_at = admitted_at ${by};
    update observation_watermark set admitted_up_to = admitted_up_to ${by};
    update gateway_instance set heartbeat_at = heartbeat_at ${by}, ended_at = ended_at ${by};
    update idempotency_key set created_at = created_at ${by};`);
}

const none = {
  samples: 0,
  samplesOverCap: 0,
  freshSamples: 0,
  freshSamplesOverCap: 0,
  mirrored: 0,
  evalRuns: 0,
  stableWatchRuns: 0,
  idempotencyKeys: 0,
  erasures: 0,
  armCounters: 0,
  seenSubjects: 0,
  chargedSubjects: 0,
  chargeTallies: 0,
  stepUnits: 0,
  unitTallies: 0,
  observations: 0,
  feedback: 0,
  observationWatermarks: 0,
  judgedStates: 0,
  gateways: 0,
  splitClients: 0,
  exchangedTokens: 0,
  seenOidcTokens: 0,
  usedAssignments: 0,
  webhookMessages: 0,
};

beforeEach(() =>
  store.db.query(
    `truncate arm_counter, seen_subject, charged_subject, charge_tally, observation, gateway_instance, idempotency_key, sample`,
  ),
);

describe('what a release was counted by', () => {
  it('goes a month after its end, its own release and evidence stay', async () => {
    const ended = await countedRelease();
    await end(ended);
    await age(29);
    expect(await deleteExpired(store.db)).toEqual(none);
    await age(2);
    const charged = { chargedSubjects: 1, chargeTallies: 1 };
    const gone = { armCounters: 1, seenSubjects: 1, ...charged, observations: 1, gateways: 1 };
    expect(await deleteExpired(store.db)).toEqual({ ...none, ...gone });
    expect(await deleteExpired(store.db)).toEqual(none);
    expect(await rowsOf('release', `where id = '${ended.releaseId}'`)).toBe(1);
  });

  it('stays while the release is open, however old, and so does the gap that a dead gateway left (21)', async () => {
    const { raiseFurther } = await countedRelease();
    await raiseFurther();
    await age(100);
    expect(await deleteExpired(store.db)).toEqual(none);
  });

  it('stays while its version serves, and a month longer: gateways may still count under it', async () => {
    const { app, releaseId } = await countedRelease();
    await age(31);
    await store.db.query(`update release set state = 'failed', closed_at = ${days(31)} where id = $1`, [
      releaseId,
    ]);
    const stays = { armCounters: 0, seenSubjects: 0 };
    expect(await deleteExpired(store.db)).toMatchObject(stays);
    await rollback(store.db, { app, environment, operationId: 'late', actor, reason: 'bad' });
    expect(await deleteExpired(store.db)).toMatchObject(stays);
  });

  it('stays while its release ended lately', async () => {
    const late = await countedRelease();
    await late.raiseFurther();
    await age(31);
    await end(late);
    const stays = { armCounters: 0, seenSubjects: 0, chargedSubjects: 0 };
    expect(await deleteExpired(store.db)).toMatchObject(stays);
  });
});

it('keeps an evaluation or mirror run that its open release still waits for (invariant 22)', async () => {
  const running = await countedRelease();
  const release = await readRelease(store.db, running.releaseId);
  await createEvalRun(store.db, {
    id: `${running.releaseId}-mirror`,
    kind: 'mirror',
    releaseId: running.releaseId,
    app: running.app,
    candidate: release?.revision ?? '',
    stable: release?.stable,
    planned: {},
    ttlMs: 1,
  });
  await store.db.query(`update eval_run set expires_at = ${days(1)}`);
  expect(await deleteExpired(store.db)).toEqual(none);
  await end(running);
  expect(await deleteExpired(store.db)).toEqual({ ...none, evalRuns: 1 });
});

it('keeps gateways that live, and forgets those that ended a month ago', async () => {
  const first = { bootId: 'first', environment, acks: {}, refusals: {}, fingerprint: {} };
  await store.db.query(`update release set state = 'failed', closed_at = now() where closed_at is null`);
  await heartbeat(store.db, { ...first, gatewayId: 'ended', ended: true });
  await heartbeat(store.db, { ...first, gatewayId: 'killed' });
  await age(31);
  await heartbeat(store.db, { ...first, gatewayId: 'alive' });
  expect(await deleteExpired(store.db)).toEqual({ ...none, gateways: 2 });
  expect(await rowsOf('gateway_instance', `where id = 'alive'`)).toBe(1);
});

it('forgets idempotency keys after a week', async () => {
  const request = { scope: 'test', requestDigest: 'd' };
  await beginIdempotent(store.db, { ...request, key: 'old' });
  await age(8);
  await beginIdempotent(store.db, { ...request, key: 'new' });
  expect(await deleteExpired(store.db)).toEqual({ ...none, idempotencyKeys: 1 });
  expect(await rowsOf('idempotency_key', `where key = 'new'`)).toBe(1);
});

it('deletes at most a batch of each kind at a time, and all of it in the end', async () => {
  const release = await countedRelease({ subjects: 5 });
  await end(release);
  await age(31);
  const sample = { app: release.app, environment, revision: 'r', arm: 'stable', metadata: {}, ttlMs: 0 };
  await insertSamples(store.db, [sample, sample, sample]);
  const limit = { batch: 2 };
  expect(await deleteExpired(store.db, limit)).toMatchObject({
    samples: 2,
    seenSubjects: 2,
    chargedSubjects: 2,
  });
  expect(await deleteExpired(store.db, limit)).toMatchObject({
    samples: 1,
    seenSubjects: 2,
    chargedSubjects: 2,
  });
  expect(await deleteExpired(store.db, limit)).toMatchObject({
    samples: 0,
    seenSubjects: 1,
    chargedSubjects: 1,
  });
  expect(await deleteExpired(store.db, limit)).toEqual(none);
});

it('keeps the newest samples of an app and environment up to its cap, whatever the others have', async () => {
  const [full, other] = [await createApp(store.db), await createApp(store.db)];
  await setApp(store.db, { app: full.app, settings: { maxSamples: 100 }, actor });
  for (const { app } of [full, other]) {
    await store.db.query(
      `insert into sample (app, environment, revision, arm, metadata, created_at, expires_at)
       select $1, $2, 'r', 'stable', jsonb_build_object('n', n), now() - n * interval '1 second', now() + interval '1 day'
       from generate_series(1, 130) n`,
      [app, environment],
    );
  }
  expect(await deleteExpired(store.db, { batch: 20 })).toEqual({ ...none, samplesOverCap: 20 });
  expect(await deleteExpired(store.db, { batch: 20 })).toEqual({ ...none, samplesOverCap: 10 });
  expect(await deleteExpired(store.db)).toEqual(none);
  const oldest = "max((metadata->>'n')::int)";
  const kept = await store.db.query(
    `select app, count(*)::int, ${oldest} as oldest from sample group by app order by count(*)`,
  );
  expect(kept.rows).toEqual([
    { app: full.app, count: 100, oldest: 100 },
    { app: other.app, count: 130, oldest: 130 },
  ]);
});
