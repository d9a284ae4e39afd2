import { closeRelease } from '../../config-store/releases/close-release.ts';
import { createFirstEvaluation } from '../../config-store/evaluations/create-first-evaluation.ts';
import { insertEvalResults } from '../../config-store/evaluations/insert-eval-results.ts';
import { readEvalResults } from '../../config-store/evaluations/read-eval-results.ts';
import { readEvalRun } from '../../config-store/evaluations/read-eval-run.ts';
import { planSchema } from '../../domain/release/plan.ts';
import { publish } from '../../gateway/test-fixtures/use-gateways.ts';
import { waitFor } from '../support/wait-for.ts';
import {
  activityContext,
  bad,
  good,
  run,
  suite,
  useMeasuring,
  type Activities,
} from './test-fixtures/use-measuring.ts';

const { gateways, startRelease, activitiesOn, staged } = useMeasuring();

const missing = { type: 'not-javascript', value: 'output.intent.name === "x"' };

/** What the child workflow does. */
async function evaluate(activities: Activities, releaseId: string) {
  const planned = await activities.planEvaluation({ releaseId });
  if (planned.kind === 'decided') return { gate: planned.gate, calls: 0, runId: `${releaseId}-evaluation` };
  if (planned.kind === 'skipped') throw new Error('skipped');
  return finish(activities, planned);
}

async function finish(activities: Activities, planned: { runId: string; round: number; shards: number }) {
  let { runId, round, shards } = planned;
  let calls = 0;
  for (;;) {
    for (let shard = 0; shard < shards; shard++) {
      calls += (await run(activities.runEvaluationShard, { runId, round, shard })).calls;
    }
    const decided = await activities.decideEvaluation({ runId, round });
    if (decided.kind === 'decided') return { gate: decided.gate, calls, runId };
    ({ runId, round, shards } = decided);
  }
}

describe('an evaluation through the staging gateway', () => {
  it('passes a revision that answers as stable does, and decides the same however often it is asked', async () => {
    const { app, stable, activities, db } = await staged();
    const revision = await publish(db, app, 'v2', good);
    const releaseId = await startRelease({ app, revision, stable });
    const { gate, calls, runId } = await evaluate(activities, releaseId);
    expect(gate.outcome).toBe('pass');
    expect(gate.summary).toMatch(
      /^pass rate 100\.0 % \(85\.0 to 100\.0 %\); compared with stable: 0\.0 points/,
    );
    expect(Buffer.byteLength(gate.summary)).toBeLessThanOrEqual(300);
    expect(calls).toBe(60);
    expect(await activities.decideEvaluation({ runId, round: 0 })).toEqual({ kind: 'decided', gate });
    expect((await run(activities.runEvaluationShard, { runId, round: 0, shard: 0 })).calls).toBe(0);
  });

  it('blocks one that breaks a critical case, on any target, and names it (invariant 13)', async () => {
    const { app, stable, activities, db } = await staged();
    const revision = await publish(db, app, 'v2', bad);
    const releaseId = await startRelease({ app, revision, stable, critical: true });
    const { gate } = await evaluate(activities, releaseId);
    expect(gate.outcome).toBe('fail');
    expect(gate.summary).toMatch(/1 of 1 not cleared: intents\/c0/);
  });

  it('ends before anything is evaluated where a target of the chain does not exist, and says which', async () => {
    const { app, stable, activities, db } = await staged();
    const chain = [
      { provider: 'openai', model: 'no-such-model' },
      { provider: 'anthropic', model: 'sonata-large' },
    ];
    for (const targets of [chain, chain.toReversed()]) {
      const position = targets.findIndex(({ model }) => model === 'no-such-model') + 1;
      const revision = await publish(db, app, `v${position + 1}`, { ...good, chain: targets });
      const releaseId = await startRelease({ app, revision, stable });
      const { gate, calls } = await evaluate(activities, releaseId);
      expect({ outcome: gate.outcome, calls }).toEqual({ outcome: 'fail', calls: 0 });
      expect(gate.summary).toMatch(
        RegExp(`^target ${position} \\(openai/no-such-model\\) in staging: 404 model_not_found\\. Mend`),
      );
      await closeRelease(db, { releaseId, outcome: 'failed', reason: 'a test', actor: 'user:ada' });
    }
  });

  it('ends so for a revision that is to be an app’s first, whose run says it (invariant 26)', async () => {
    const { app, activities, db } = await staged();
    const chain = [
      { provider: 'openai', model: 'atlas-large' },
      { provider: 'anthropic', model: 'no-such-model' },
    ];
    const revision = await publish(db, app, 'first', { ...good, chain });
    const id = `first_${app}`;
    const plan = planSchema.parse({ evaluate: { minPassRate: 0.8, margin: 0.2 } });
    const actor = 'user:ada';
    await createFirstEvaluation(db, {
      id,
      app,
      revision,
      planName: 'default',
      plan,
      suites: [suite()],
      actor,
    });
    const { gate, calls } = await evaluate(activities, id);
    expect({ outcome: gate.outcome, calls }).toEqual({ outcome: 'fail', calls: 0 });
    expect(gate.summary).toMatch(
      /^target 2 \(anthropic\/no-such-model\) in staging: 404 model_not_found\. Mend/,
    );
    const stored = await readEvalRun(db, `${id}-evaluation`);
    expect(stored).toMatchObject({ candidate: revision, decision: { gate: { outcome: 'fail' } } });
    // However often it is asked.
    await gateways.fault({ model: 'atlas-large', kind: 'server_error', status: 401 });
    expect((await evaluate(activities, id)).gate).toEqual(gate);
  });

  it('fails a candidate whose first target dies after the probe, though a fallback answers (invariant 25)', async () => {
    const { app, stable, activities, db } = await staged();
    const chain = [
      { provider: 'openai', model: 'atlas-mini' },
      { provider: 'anthropic', model: 'sonata-large' },
    ];
    const revision = await publish(db, app, 'v2', { ...good, chain });
    const releaseId = await startRelease({ app, revision, stable, critical: true });
    await activities.planEvaluation({ releaseId });
    await gateways.fault({ model: 'atlas-mini', kind: 'server_error', status: 401 });
    const { gate } = await finish(activities, { runId: `${releaseId}-evaluation`, round: 0, shards: 2 });
    expect(gate.outcome).toBe('fail');
    expect(gate.summary).toMatch(/^Target 1 \(openai\/atlas-mini\) answered none of \d+ calls: 401 /);
  });

  it('tries critical cases on the fallback too: it is not first tried in an outage', async () => {
    const { app, stable, activities, db } = await staged();
    const chain = [
      { provider: 'openai', model: 'atlas-large' },
      { provider: 'openai', model: 'atlas-mini' },
    ];
    const revision = await publish(db, app, 'v2', { ...good, chain });
    const releaseId = await startRelease({ app, revision, stable, critical: true });
    await activities.planEvaluation({ releaseId });
    await gateways.fault({ model: 'atlas-mini', kind: 'server_error', status: 400 });
    const { gate } = await finish(activities, { runId: `${releaseId}-evaluation`, round: 0, shards: 2 });
    expect(gate.outcome).toBe('fail');
    expect(gate.summary).toMatch(/intents\/c0 on target 2/);
  });

  it.each([
    ['reads what is not there', true, missing],
    ['never ends and is killed', false, { type: 'javascript', value: '(() => { while (true) {} })()' }],
  ])(
    'is no measurement where an assertion %s, and tells no answer (invariants 24, 26, 30)',
    async (_, critical, assertion) => {
      const { app, stable, activities, db } = await staged();
      const revision = await publish(db, app, 'v2', good);
      const releaseId = await startRelease({ app, revision, stable, critical, more: [assertion] });
      const thrown: unknown = await evaluate(activities, releaseId).catch((error: unknown) => error);
      expect(thrown).toMatchObject({
        type: 'broken_measurement',
        nonRetryable: true,
        message: expect.stringMatching(/could not be judged: intents\/c0\. Mend/) as unknown,
      });
      expect(String(thrown)).not.toMatch(/lost_card|undefined/);
      const results = await readEvalResults(db, `${releaseId}-evaluation`);
      expect(results.filter(({ details }) => details['verdict'] === 'not-judged').length).toBeGreaterThan(0);
      expect(results.some(({ passed, caseId }) => passed && caseId === 'intents/c0')).toBe(false);
    },
  );

  it('goes on after a crash with what is missing, and accounts for each call once', async () => {
    const { app, stable, activities, db } = await staged();
    const revision = await publish(db, app, 'v2', good);
    const planned = await activities.planEvaluation({
      releaseId: await startRelease({ app, revision, stable }),
    });
    if (planned.kind !== 'planned') throw new Error(planned.kind);
    const { runId, round } = planned;
    const interrupted = activityContext();
    const first = interrupted.run(activities.runEvaluationShard, { runId, round, shard: 0 });
    await waitFor(async () => (await readEvalResults(db, runId)).length > 0, {
      what: 'the first results',
      intervalMs: 1,
    });
    interrupted.cancel('CANCELLED');
    await expect(first).rejects.toThrow();
    const before = await readEvalResults(db, runId);
    expect(before.length).toBeLessThan(50);
    const { calls } = await run(activities.runEvaluationShard, { runId, round, shard: 0 });
    expect(calls).toBe(50 - before.length);
    expect(await insertEvalResults(db, before)).toBe(0);
  });

  it.each([
    ['one answer in thirty is "slow down"', { kind: 'rate_limit', probability: 0.03, retryAfterSeconds: 0 }],
    ['one answer in thirty is an error', { kind: 'server_error', probability: 0.03 }],
  ])('comes to the same verdict where %s', async (_, fault) => {
    const { app, stable, activities, db } = await staged();
    const revision = await publish(db, app, 'v2', good);
    const releaseId = await startRelease({ app, revision, stable, critical: true });
    await activities.planEvaluation({ releaseId });
    await gateways.fault(fault);
    const { gate, runId } = await finish(activities, {
      runId: `${releaseId}-evaluation`,
      round: 0,
      shards: 2,
    });
    expect(gate).toMatchObject({
      outcome: 'pass',
      summary: expect.stringMatching(/^pass rate 100\.0 %/) as unknown,
    });
    const results = await readEvalResults(db, runId);
    expect(results.filter(({ error }) => error !== undefined)).toEqual([]);
  });

  it('in an outage of the provider waits, and then ends without a verdict of anybody', async () => {
    const { app, stable, db, staging } = await staged();
    const activities = activitiesOn(staging.url, 1_500);
    const revision = await publish(db, app, 'v2', good);
    const releaseId = await startRelease({ app, revision, stable });
    await gateways.fault({ kind: 'server_error', status: 503 });
    await expect(evaluate(activities, releaseId)).rejects.toMatchObject({
      type: 'unreachable',
      nonRetryable: true,
      message: expect.stringMatching(/openai\/atlas-large has answered nothing for 2 s/) as unknown,
    });
    expect(await readEvalResults(db, `${releaseId}-evaluation`)).toEqual([]);
  });

  it('asks again what a version of before has kept of an outage', async () => {
    const { app, stable, activities, db } = await staged();
    const revision = await publish(db, app, 'v2', good);
    const releaseId = await startRelease({ app, revision, stable });
    await activities.planEvaluation({ releaseId });
    const runId = `${releaseId}-evaluation`;
    const item = { caseId: 'intents/c0', revision, target: 0, repeat: 0 };
    const outage = { error: 'provider_unavailable: away', details: { fault: 'provider' } };
    expect(await insertEvalResults(db, [{ runId, ...item, passed: false, ...outage }])).toBe(1);
    const { gate, calls } = await finish(activities, { runId, round: 0, shards: 2 });
    expect({ outcome: gate.outcome, calls }).toEqual({ outcome: 'pass', calls: 60 });
  });

  it('without its gateway accounts for nothing, and is tried again', async () => {
    const { app, stable, db, staging } = await staged();
    const revision = await publish(db, app, 'v2', good);
    const activities = activitiesOn('http://127.0.0.1:9');
    const releaseId = await startRelease({ app, revision, stable });
    await expect(evaluate(activities, releaseId)).rejects.toMatchObject({
      type: 'unreachable',
      nonRetryable: false,
    });
    expect(await readEvalResults(db, `${releaseId}-evaluation`)).toEqual([]);
    expect((await evaluate(activitiesOn(staging.url), releaseId)).gate.outcome).toBe('pass');
  });
});
