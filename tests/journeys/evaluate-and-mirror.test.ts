import { randomBytes } from 'node:crypto';
import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
import { createEvaluationActivities } from '../../activities/evaluation/evaluation.ts';
import { createMirrorActivities } from '../../activities/evaluation/mirror.ts';
import { closeRelease } from '../../config-store/releases/close-release.ts';
import { createFirstEvaluation } from '../../config-store/evaluations/create-first-evaluation.ts';
import { createRelease } from '../../config-store/releases/create-release.ts';
import { insertEvalResults } from '../../config-store/evaluations/insert-eval-results.ts';
import { readEvalResults } from '../../config-store/evaluations/read-eval-results.ts';
import { readEvalRun } from '../../config-store/evaluations/read-eval-run.ts';
import { readPredictions } from '../../config-store/evaluations/predictions.ts';
import { predictionSchema } from '../../domain/guardrail/prediction.ts';
import { readSamples } from '../../config-store/evaluations/read-samples.ts';
import { bindingSchema } from '../../domain/revision/binding.ts';
import { planSchema } from '../../domain/release/plan.ts';
import { suiteSchema } from '../../domain/evaluation/suite.ts';
import {
  ask,
  bindingOf,
  createApp,
  dataKeys,
  freshKeys,
  internalToken,
  publish,
  useGateways,
} from '../../gateway/test-fixtures/use-gateways.ts';
import { redact } from '../../gateway/redaction/redact.ts';
import { createSealingKeys } from '../../program/data-keys.ts';
import { mirroredPlace } from '../../program/mirrored-place.ts';
import { open } from '../../program/sealing.ts';
import { readMirrored } from '../../config-store/evaluations/mirrored.ts';
import { createPatience } from '../../evals/patience/patient-caller.ts';
import { waitFor } from '../support/wait-for.ts';

const mirrorKeys = createSealingKeys([randomBytes(32)]);
const gateways = useGateways();
const good = prompt('"lost", answer lost_card', '"top up", answer top_up');
const bad = prompt('"lost", answer top_up', '"top up", answer top_up');

function prompt(...rules: string[]): object {
  const lines = rules.map((rule) => `- If the customer writes ${rule}`).join('\n');
  const template = `{{role "system"}}\nAllowed intents: lost_card, top_up\n${lines}\nAnswer only with the intent.\n{{history}}`;
  return { prompts: { answer: { template } } };
}

const missing = { type: 'not-javascript', value: 'output.intent.name === "x"' };

function suite(critical = false, more: object[] = [], live?: object) {
  const tests = Array.from({ length: 30 }, (_, i) => ({
    id: `c${i}`,
    critical: critical && i === 0,
    vars: { message: i % 2 === 0 ? `I lost my card ${i}` : `how do I top up ${i}` },
    assert: [{ type: 'icontains', value: i % 2 === 0 ? 'lost_card' : 'top_up' }, ...(i === 0 ? more : [])],
  }));
  return {
    name: 'intents',
    digest: 'd',
    content: suiteSchema.parse({ tests, ...(live && { live }) }) as never,
  };
}

async function startRelease(args: {
  app: string;
  revision: string;
  stable: string;
  plan?: object;
  critical?: boolean;
  more?: object[];
  live?: object;
}) {
  const release = await createRelease(gateways.stage.db, {
    app: args.app,
    environment: 'production',
    revision: args.revision,
    planName: 'default',
    // What thirty cases can show.
    plan: planSchema.parse({ evaluate: { minPassRate: 0.8, margin: 0.2 }, ...args.plan }),
    suites: [suite(args.critical, args.more, args.live)],
    provenance: {},
    actor: 'user:ada',
  });
  expect(release.stable).toBe(args.stable);
  return release.id;
}

/** The activities as a worker has them, on a staging gateway. */
function activitiesOn(url: string, patienceMs = 20_000) {
  const { db, simulator } = gateways.stage;
  const gateway = { baseUrl: url, internalToken, timeoutMs: 10_000 };
  const patience = createPatience({ atOnce: 4, patienceMs });
  const evaluation = createEvaluationActivities({
    db,
    gateway,
    binding: bindingOf(simulator),
    concurrency: 4,
    patience,
    probed: new Map([['staging', gateway]]),
  });
  const mirror = createMirrorActivities({
    db,
    gateway,
    stagingEnvironment: 'staging',
    dataKeys,
    freshKeys,
    binding: bindingOf(simulator),
    kept: { keys: mirrorKeys, redact },
    concurrency: 4,
    patience,
  });
  return { ...evaluation, ...mirror };
}

/** Failures are what the tests ask for: they are not told of. */
const activityContext = () => new MockActivityEnvironment({}, { logger: new DefaultLogger('ERROR') });

const run = <A extends unknown[], R>(activity: (...args: A) => Promise<R>, ...args: A): Promise<R> =>
  activityContext().run(activity, ...args);

type Activities = ReturnType<typeof activitiesOn>;

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

async function staged() {
  const { db } = gateways.stage;
  const [production, staging] = await Promise.all([
    gateways.start(),
    gateways.start({ environment: 'staging' }),
  ]);
  const { app, stable } = await createApp(db, good);
  return { db, app, stable, production, staging, activities: activitiesOn(staging.url) };
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

describe('a mirror replay', () => {
  const plan = { mirror: { samples: 20, minPairs: 10, margin: 0.3, maxWait: '10s' } };

  async function withSamples(count: number, say = (nth: number) => `hello ${nth}, I am ada@mail.example`) {
    const stage = await staged();
    const { app, db, production } = stage;
    await waitFor(async () => (await ask(production.url, app)).status === 200, {
      what: 'the app in production',
    });
    let asked = 0;
    await waitFor(
      async () => {
        const messages = [{ role: 'user', content: say(asked++) }];
        await ask(production.url, app, { messages, headers: { 'x-sluice-subject': `s-${Math.random()}` } });
        return (await readSamples(db, { app, environment: 'production', limit: 100 })).length >= count;
      },
      { what: `${count} samples`, timeoutMs: 15_000, intervalMs: 100 },
    );
    return stage;
  }

  async function replayAll(activities: Activities, releaseId: string) {
    const planned = await activities.planMirror({ releaseId, waitedMs: 0 });
    if (planned.kind !== 'planned') throw new Error(planned.kind);
    const { runId, round } = planned;
    const { calls } = await run(activities.runMirrorShard, { runId, round, shard: 0 });
    return { runId, calls, gate: await activities.decideMirror({ runId }) };
  }

  it('passes a candidate that answers what stable answers, keeps no content, and expires (invariants 22, 24)', async () => {
    const { app, stable, activities, db } = await withSamples(10);
    const revision = await publish(db, app, 'v2', good);
    const releaseId = await startRelease({ app, revision, stable, plan });
    const { runId, calls, gate } = await replayAll(activities, releaseId);
    expect(gate).toMatchObject({
      outcome: 'pass',
      summary: expect.stringMatching(/^[1-9]\d pairs; failed: candidate 0, stable 0/) as unknown,
    });
    expect(calls).toBeGreaterThanOrEqual(20);
    const stored = await readEvalRun(db, runId);
    expect(stored?.expiresAt).toBeDefined();
    expect(JSON.stringify([stored, await readEvalResults(db, runId)])).not.toMatch(/hello/);
    expect(await activities.decideMirror({ runId })).toEqual(gate);
    const predicted = await readPredictions(db, [releaseId]);
    expect(predicted.map(({ guardrail }) => guardrail)).toEqual([
      'errors',
      'failovers',
      'invalid-format',
      'latency',
      'refused',
      'truncated',
    ]);
    expect(predictionSchema.parse(predicted[0]?.predicted)).toMatchObject({ candidateBad: 0, stableBad: 0 });
    const decision = stored?.decision as { decision: { first: object; worst: { id: string }[] } };
    expect(decision.decision.first).toMatchObject({
      shortcomings: [],
      measures: expect.arrayContaining([
        expect.objectContaining({ name: 'length', ratio: 1 }) as unknown,
        expect.objectContaining({ name: 'latency' }) as unknown,
        expect.objectContaining({ name: 'tokens out', ratio: 1 }) as unknown,
      ]) as unknown,
    });
  });

  it('keeps what was asked and said, redacted, sealed, and in its own place alone (invariant 22)', async () => {
    const { app, stable, activities, db } = await withSamples(10);
    const revision = await publish(db, app, 'v2', bad);
    const { runId } = await replayAll(activities, await startRelease({ app, revision, stable, plan }));
    const caseIds = [...new Set((await readEvalResults(db, runId)).map((each) => each.caseId))];
    const opened = (await readMirrored(db, { runId, caseIds })).map(({ caseId, part, body }) => {
      const place = mirroredPlace({ app, environment: 'production', runId, caseId, part });
      expect(() => open(dataKeys, { ...place, kind: 'sample' }, body)).toThrow('cannot be opened');
      expect(() => open(mirrorKeys, { ...place, id: 'another' }, body)).toThrow('cannot be opened');
      return { caseId, [part]: JSON.parse(open(mirrorKeys, place, body).toString()) as unknown };
    });
    const pairs = [...Map.groupBy(opened, ({ caseId }) => caseId).values()];
    // One of them only asked whether the app is there.
    const whole = pairs.filter((parts) => JSON.stringify(parts).includes('[email]'));
    expect(whole.length).toBeGreaterThanOrEqual(9);
    expect(JSON.stringify(opened)).not.toContain('ada@mail');
    expect(Object.assign({}, ...(whole[0] ?? []))).toMatchObject({
      request: {
        turns: [{ role: 'user', text: expect.stringMatching(/^hello \d+, I am \[email\]$/) as unknown }],
      },
      candidate: { text: expect.any(String) as unknown, finishReason: 'stop', calls: [] },
      stable: { text: expect.any(String) as unknown },
    });
  });

  it('fails a candidate that answers quickly, wholly and wrongly, by what its suites say under live', async () => {
    const { app, stable, activities, db } = await withSamples(12, (nth) => `I lost my card ${nth}`);
    // One in which a message is no loss of a card says nothing of it.
    const value = `!/lost my card/.test(context.vars.message) || /lost_card/.test(output)`;
    const live = { assert: [{ type: 'javascript', value }] };
    const revision = await publish(db, app, 'v2', bad);
    const releaseId = await startRelease({ app, revision, stable, plan, live });
    const { gate, runId } = await replayAll(activities, releaseId);
    expect(gate.outcome).toBe('fail');
    expect(gate.summary).toMatch(
      // At least twelve: it is asked until so many are kept, and they are kept a moment later.
      /^[1-9]\d pairs; failed: candidate 0, stable 0;.*; scores 0\.\d\d and 1\.00: -\d+\.\d points, fail/,
    );
    const stored = await readEvalRun(db, runId);
    expect(stored?.planned).toMatchObject({ scores: 'decide', judges: {} });
  });

  it('asks each question once, and says why it lacks some', async () => {
    const { app, stable, activities, db } = await withSamples(10, () => 'hello again');
    const revision = await publish(db, app, 'v2', good);
    const releaseId = await startRelease({ app, revision, stable, plan });
    expect(await activities.planMirror({ releaseId, waitedMs: 10_000 })).toMatchObject({
      gate: {
        summary: expect.stringMatching(
          /^[12] of 10 samples .* \(\d+ more ask what a newer one asks\)$/,
        ) as unknown,
      },
    });
  });

  it('fails a candidate whose model does not answer', async () => {
    const { app, stable, activities, db } = await withSamples(10);
    const revision = await publish(db, app, 'v2', {
      ...good,
      chain: [{ provider: 'openai', model: 'no-such-model' }],
    });
    const releaseId = await startRelease({ app, revision, stable, plan });
    expect((await replayAll(activities, releaseId)).gate.outcome).toBe('fail');
  });

  it('waits for samples, and then cannot tell', async () => {
    const { app, stable, activities, db } = await staged();
    const revision = await publish(db, app, 'v2', good);
    const releaseId = await startRelease({ app, revision, stable, plan });
    expect(await activities.planMirror({ releaseId, waitedMs: 0 })).toEqual({
      kind: 'waiting',
      have: 0,
      need: 10,
    });
    expect(await activities.planMirror({ releaseId, waitedMs: 10_000 })).toMatchObject({
      kind: 'decided',
      gate: {
        outcome: 'inconclusive',
        summary: '0 of 10 samples of production that can be asked again came within 10s',
      },
    });
  });

  it('is refused where staging is not like production, saying how', async () => {
    const { db, simulator } = gateways.stage;
    const other = bindingOf(simulator);
    const openai = { ...other.providers['openai'], models: { 'atlas-large': { deployment: 'atlas-mini' } } };
    const binding = bindingSchema.parse({ ...other, providers: { ...other.providers, openai } });
    await gateways.start();
    const staging = await gateways.start({
      environment: 'staging',
      bound: { binding, keys: new Map([['SIMULATOR_KEY', 'any']]) },
    });
    const { app, stable } = await createApp(db, good);
    const revision = await publish(db, app, 'v2', good);
    const releaseId = await startRelease({ app, revision, stable, plan });
    const { planMirror } = activitiesOn(staging.url);
    await expect(planMirror({ releaseId, waitedMs: 0 })).rejects.toThrow(
      /Staging is not like production: model atlas-large of provider openai is atlas-large \(openai\) in production and atlas-mini \(openai\) in staging/,
    );
  });

  it('in an outage of the provider waits, and then ends without a verdict of anybody', async () => {
    const { app, stable, db, staging } = await withSamples(10);
    const revision = await publish(db, app, 'v2', good);
    const releaseId = await startRelease({ app, revision, stable, plan });
    await gateways.fault({ kind: 'rate_limit' });
    await expect(replayAll(activitiesOn(staging.url, 1_500), releaseId)).rejects.toMatchObject({
      type: 'unreachable',
      nonRetryable: true,
    });
  });

  it('loses no pair to a provider that says "slow down" now and then', async () => {
    const { app, stable, activities, db } = await withSamples(10);
    const revision = await publish(db, app, 'v2', good);
    const releaseId = await startRelease({ app, revision, stable, plan });
    await gateways.fault({ kind: 'rate_limit', probability: 0.2, retryAfterSeconds: 0 });
    const { gate } = await replayAll(activities, releaseId);
    expect(gate).toMatchObject({
      outcome: 'pass',
      summary: expect.stringMatching(/failed: candidate 0, stable 0/) as unknown,
    });
  });
});
