import { readEvalResults } from '../../config-store/evaluations/read-eval-results.ts';
import { readEvalRun } from '../../config-store/evaluations/read-eval-run.ts';
import { readMirrored } from '../../config-store/evaluations/mirrored.ts';
import { readPredictions } from '../../config-store/evaluations/predictions.ts';
import { readSamples } from '../../config-store/evaluations/read-samples.ts';
import { predictionSchema } from '../../domain/guardrail/prediction.ts';
import { bindingSchema } from '../../domain/revision/binding.ts';
import { ask, bindingOf, createApp, dataKeys, publish } from '../../gateway/test-fixtures/use-gateways.ts';
import { mirroredPlace } from '../../program/mirrored-place.ts';
import { open } from '../../program/sealing.ts';
import { waitFor } from '../support/wait-for.ts';
import { bad, good, mirrorKeys, run, useMeasuring, type Activities } from './test-fixtures/use-measuring.ts';

const { gateways, startRelease, activitiesOn, staged } = useMeasuring();

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
