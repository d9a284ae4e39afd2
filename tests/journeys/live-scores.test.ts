import { randomBytes, randomUUID } from 'node:crypto';
import { createRelease } from '../../config-store/releases/create-release.ts';
import { closeRelease } from '../../config-store/releases/close-release.ts';
import { openRelease } from '../../config-store/releases/open-release.ts';
import { requireRelease } from '../../config-store/releases/require-release.ts';
import { insertCalibration } from '../../config-store/judges/insert-calibration.ts';
import { takeLiveAnswers } from '../../config-store/live/live-scores.ts';
import { insertLiveAnswers } from '../../config-store/gateway-view/insert-live-answers.ts';
import { releasesToScore } from '../../config-store/live/releases-to-score.ts';
import { publishPolicy } from '../../config-store/policies/publish-policy.ts';
import { rollback } from '../../config-store/splits/rollback.ts';
import { makeStable, putCandidate } from '../../config-store/test-fixtures/unfounded-writes.ts';
import { judgesOf } from '../../domain/evaluation/judges-of.ts';
import { publishedSuiteSchema } from '../../domain/evaluation/suite.ts';
import type { JsonObject } from '../../domain/json.ts';
import { tryoutPolicy } from '../../domain/policy/policy.ts';
import { planSchema } from '../../domain/release/plan.ts';
import { bindingSchema } from '../../domain/revision/binding.ts';
import { scoreRelease, type LiveScoringParts } from '../../activities/live/release-scoring.ts';
import { createPatience } from '../../evals/patience/patient-caller.ts';
import {
  ask,
  bindingOf,
  createApp,
  environment,
  freshKeys,
  internalToken,
  publish,
  useGateways,
} from '../../gateway/test-fixtures/use-gateways.ts';
import { createDataKeys } from '../../program/data-keys.ts';
import { createSharedSandboxes } from '../../sandbox/shared-sandboxes.ts';
import { waitFor } from '../support/wait-for.ts';

const gateways = useGateways();
const actor = 'user:ada';
const keys = new Map([['SIMULATOR_KEY', 'any']]);

const binding = (more: object = {}) =>
  bindingSchema.parse({
    ...bindingOf(gateways.stage.simulator),
    judges: { default: { provider: 'openai', model: 'arbiter-large', version: '1', ...more } },
  });

function suite(assert: object[]) {
  const content = {
    tests: [{ id: 'a', vars: { message: 'hi' }, assert: [{ type: 'contains', value: 'x' }] }],
    live: { assert },
  };
  publishedSuiteSchema.parse({ name: 's', digest: 'd', content });
  return { name: 's', digest: 'd', content: JSON.parse(JSON.stringify(content)) as JsonObject };
}

const rubric = { type: 'llm-rubric', value: 'is an answer' };
const notEmpty = { type: 'javascript', value: 'output.length > 0 && context.vars.message.length > 0' };

/** Half of the subjects stay where they are once it is stable. */
const guarded = { guard: '60m', holdback: 50, evaluate: 'skip', mirror: 'skip' } as const;

/** A release at 50 % whose answers are scored by a suite. */
async function scoredRelease(assert: object[]) {
  const { db } = gateways.stage;
  const { app } = await createApp(db);
  const candidate = await publish(db, app, 'candidate', {});
  await publishPolicy(db, { scope: app, policy: tryoutPolicy, actor });
  const plan = planSchema.parse({
    steps: [
      { weight: 50, hold: '1s', minExposures: 10 },
      { weight: 100, hold: '1s' },
    ],
  });
  const scored = {
    ...plan,
    ...guarded,
    settleLong: '10ms',
    guardrails: { ...plan.guardrails, score: { suite: 's' } },
  };
  const { id } = await createRelease(db, {
    ...{ app, environment, revision: candidate, planName: 'default', plan: scored, provenance: {}, actor },
    suites: [suite(assert)],
  });
  const { release, salt, splitVersion } = await openRelease(db, {
    releaseId: id,
    app,
    runId: `run-${id}`,
    actor,
  });
  const written = await putCandidate(db, {
    ...{
      app,
      environment,
      releaseId: id,
      operationId: `${id}/50`,
      expectedVersion: splitVersion,
      salt,
      ttlMs: 60_000,
    },
    ...{ candidate: release.revision, weight: 50, actor: 'system:release', reason: 'step' },
    counting: {
      releaseId: id,
      shortHorizonMs: 300,
      longHorizonMs: 1_500,
      scored: { score: { kind: 'score' } },
    },
  });
  if (written.kind !== 'written') throw new Error(written.kind);
  return { app, id, version: written.version };
}

function parts(baseUrl: string, of = binding()): LiveScoringParts {
  return {
    ...{ db: gateways.stage.db, binding: of, freshKeys, concurrency: 8, sandboxes: createSharedSandboxes() },
    gateway: { baseUrl, internalToken, timeoutMs: 10_000 },
    patience: createPatience({ atOnce: 8, patienceMs: 2_000 }),
  };
}

async function admitJudge(of = binding()): Promise<void> {
  const judge = judgesOf(of).get('default')!.digest;
  await insertCalibration(gateways.stage.db, {
    ...{ judge, name: 'default', environment, labelsDigest: 'd', actor, notJudged: 0 },
    ...{ goodPassed: 48, goodFailed: 2, badPassed: 2, badFailed: 48, pairs: 0, flips: 0 },
  });
}

/** As its last step has passed: half of the subjects stay on the former revision. */
async function promoted({ id, version }: { id: string; version: number }): Promise<number> {
  const written = await makeStable(gateways.stage.db, {
    ...{ releaseId: id, operationId: `${id}/finish`, expectedVersion: version },
    ...{ actor: 'system:release', reason: 'passed' },
  });
  if (written.kind !== 'written') throw new Error(written.kind);
  return written.version;
}

const waiting = async (release: string): Promise<number> =>
  (await gateways.stage.db.query('select from live_answer where release_id = $1', [release])).rowCount ?? 0;

async function scores(release: string) {
  const { rows } = await gateways.stage.db.query<{ arm: string; value: number | null }>(
    `select arm, value from observation where release_id = $1 and guardrail = 'score' and value is not null order by admitted_at`,
    [release],
  );
  return rows;
}

async function state(release: string) {
  const { rows } = await gateways.stage.db.query('select * from live_score_state($1)', [release]);
  return rows[0] as { scored: string; missing: string; waiting: string; stopped: string | null };
}

/** By questions that nobody keeps. */
async function untilServed(url: string, { app, version }: { app: string; version: number }): Promise<void> {
  const headers = { 'x-sluice-sample': 'never' };
  await waitFor(async () => (await ask(url, app, { headers })).version === version, { what: 'the split' });
}

/** Asks as so many subjects, each twice, until the gateway has written what it keeps. */
async function traffic(
  url: string,
  { app, id }: { app: string; id: string },
  subjects: number,
  { topic = 'question', ...more }: { readonly topic?: string; readonly stream?: boolean } = {},
) {
  for (let i = 0; i < subjects; i += 1) {
    for (const turn of [1, 2]) {
      const headers = { 'x-sluice-subject': `subject-${i}` };
      const content = `${topic} ${turn} of ${i}`;
      expect((await ask(url, app, { headers, messages: [{ role: 'user', content }], ...more })).status).toBe(
        200,
      );
    }
  }
  await waitFor(async () => (await waiting(id)) === subjects, { what: 'the answers to be kept' });
}

it('scores one live answer a subject, once, by an admitted judge and by code (21, 22)', async () => {
  const { db } = gateways.stage;
  const { url } = await gateways.start({ bound: { binding: binding(), keys } });
  const release = await scoredRelease([rubric, notEmpty]);
  await untilServed(url, release);
  await admitJudge();
  await traffic(url, release, 12);
  const { rows } = await db.query<{ body: Buffer }>('select body from live_answer');
  for (const { body } of rows) expect(body.toString('latin1')).not.toMatch(/question|hello/);

  // A worker that dies in the middle has claimed some, and ended none.
  const taken = await takeLiveAnswers(db, { releaseId: release.id, limit: 5, claimMs: 0 });
  expect(taken).toHaveLength(5);
  const row = await requireRelease(db, release.id);
  const { judges: _none, ...withoutJudges } = binding();
  await scoreRelease(parts(url, withoutJudges), row);
  expect(await state(release.id)).toMatchObject({ stopped: expect.stringMatching(/no judge/) as string });
  // Two at once: each answer counts once.
  await Promise.all([scoreRelease(parts(url), row), scoreRelease(parts(url), row)]);
  const untilAll = async () => {
    await scoreRelease(parts(url), row);
    return (await waiting(release.id)) === 0;
  };
  await waitFor(untilAll, { what: 'all to be scored' });
  expect(await scores(release.id)).toHaveLength(12);
  expect(new Set((await scores(release.id)).map(({ value }) => value))).toEqual(new Set([1]));
  expect(await state(release.id)).toMatchObject({ scored: '12', missing: '0', stopped: null });
  // The same subjects are known already, at this gateway and at every other one.
  const other = await gateways.start({ bound: { binding: binding(), keys } });
  await ask(other.url, release.app, { headers: { 'x-sluice-subject': 'subject-1' } });
  await ask(other.url, release.app, { headers: { 'x-sluice-subject': 'subject-new' } });
  await waitFor(async () => (await waiting(release.id)) === 1, { what: 'the new one alone' });
  // A worker with another key: what it cannot open waits for one that can, and it says so.
  await scoreRelease({ ...parts(url), freshKeys: createDataKeys([randomBytes(32)]) }, row);
  expect([await waiting(release.id), await state(release.id)]).toMatchObject([
    1,
    { missing: '0', stopped: expect.stringMatching(/cannot be opened/) as string },
  ]);

  await rollback(db, {
    app: release.app,
    environment,
    operationId: `${release.id}/end`,
    actor,
    reason: 'bad',
  });
  await closeRelease(db, {
    releaseId: release.id,
    outcome: 'rolled_back',
    reason: 'bad',
    actor: 'system:release',
  });
  await scoreRelease(parts(url), row);
  expect([await waiting(release.id), (await scores(release.id)).length]).toEqual([0, 12]);
});

it('scores on while a guard holds, also what was admitted before, and says what a crash has lost', async () => {
  const { db } = gateways.stage;
  const { url } = await gateways.start({ bound: { binding: binding(), keys } });
  const release = await scoredRelease([notEmpty]);
  await untilServed(url, release);
  await traffic(url, release, 6);
  const version = await promoted(release);
  const served = { ...release, version };
  await untilServed(url, served);
  const row = await requireRelease(db, release.id);
  expect((await releasesToScore(db)).map(({ id }) => id)).toContain(release.id);
  await scoreRelease(parts(url), row);
  expect(await state(release.id)).toMatchObject({ scored: '6', missing: '0' });
  await traffic(url, served, 10, { topic: 'another question' });
  await scoreRelease(parts(url), row);
  const { rows } = await db.query<{ arm: string }>(
    `select arm from observation where release_id = $1 and split_version = $2 and value = 1`,
    [release.id, version],
  );
  expect([rows.length, new Set(rows.map(({ arm }) => arm))]).toEqual([10, new Set(['stable', 'candidate'])]);

  // The database crashes with some of them: what lies in the short store is gone, and is known to be.
  await ask(url, release.app, { headers: { 'x-sluice-subject': 'subject-lost' } });
  await waitFor(async () => (await waiting(release.id)) === 1, { what: 'the last one' });
  await db.query('truncate live_answer');
  await db.query(`update observation set admitted_at = admitted_at - interval '1 minute'
    where release_id = '${release.id}' and value is null`);
  await scoreRelease(parts(url), row);
  expect(await state(release.id)).toMatchObject({ scored: '16', missing: '1', waiting: '0' });

  // One that a gateway could not write in time is not judged any more, and is known to be missing.
  const late = {
    id: randomUUID(),
    app: release.app,
    environment,
    releaseId: release.id,
    splitVersion: version,
  };
  await insertLiveAnswers(db, [
    { ...late, arm: 'stable', subjectHash: '4711', body: Buffer.from('sealed'), ageMs: 30_000 },
  ]);
  expect(await state(release.id)).toMatchObject({ scored: '16', missing: '2', waiting: '0' });
});

it('stops both arms where a judge has used its day up, and rests nothing on one that is not admitted', async () => {
  const { db } = gateways.stage;
  const poor = binding({ version: 'poor', callsPerDay: 4 });
  const { url } = await gateways.start({ bound: { binding: poor, keys } });
  const release = await scoredRelease([rubric]);
  await untilServed(url, release);
  await traffic(url, release, 8);
  const row = await requireRelease(db, release.id);
  await scoreRelease(parts(url, poor), row);
  expect(await state(release.id)).toMatchObject({
    ...{ scored: '0', waiting: '8' },
    stopped: expect.stringMatching(/admitted judge/) as unknown,
  });
  await admitJudge(poor);
  await scoreRelease({ ...parts(url, poor), concurrency: 1 }, row);
  const found = await state(release.id);
  expect(found.stopped).toMatch(/used its day up/);
  expect([Number(found.scored) <= 4, found.missing]).toEqual([true, '0']);
  const { rows } = await db.query<{ inOrder: boolean }>(
    `select admitted_up_to < (select min(admitted_at) from live_answer where release_id = $1) as "inOrder"
     from observation_watermark where release_id = $1`,
    [release.id],
  );
  expect(rows).toEqual([{ inOrder: true }]);
});

it('keeps nothing of who wants nothing kept, of a policy that forbids it, and of what stable rescued', async () => {
  const { db } = gateways.stage;
  const { url } = await gateways.start({ bound: { binding: binding(), keys } });
  const release = await scoredRelease([notEmpty]);
  await untilServed(url, release);
  for (let i = 0; i < 4; i += 1) {
    const headers = { 'x-sluice-subject': `quiet-${i}`, 'x-sluice-sample': 'never' };
    await ask(url, release.app, { headers });
    await ask(url, release.app, { headers: { 'x-sluice-subject': `stored-${i}` }, store: false });
  }
  await traffic(url, release, 3, { stream: false });
  expect(await waiting(release.id)).toBe(3);
  await publishPolicy(db, {
    scope: release.app,
    policy: { ...tryoutPolicy, samples: { fresh: 'forbidden' } },
    actor,
  });
  expect(await takeLiveAnswers(db, { releaseId: release.id, limit: 5, claimMs: 0 })).toEqual([]);
});
