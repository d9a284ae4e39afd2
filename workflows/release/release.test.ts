import { randomUUID } from 'node:crypto';
import { ApplicationFailure } from '@temporalio/common';
import { statusQuery, wakeSignal } from '../messages.ts';
import { endOf } from '../test-fixtures/end-of.ts';
import { useReleaseRunner } from '../test-fixtures/release-runner.ts';
import { brokenMeasurement, look, scriptActivities } from '../test-fixtures/scripted-activities.ts';
import { holding, newApp, untilLooking } from '../test-fixtures/short-words.ts';

const runner = useReleaseRunner();

describe('a release', () => {
  it.concurrent('walks through every stage and makes the candidate stable', async () => {
    const app = newApp();
    const script = scriptActivities({ app });
    const result = await runner.run(script.activities, { app }, endOf, { history: 'promoted' });
    expect(result.outcome).toBe('promoted');
    expect(script.calls).toEqual([
      'openRelease',
      ...['planEvaluation', 'runEvaluationShard', 'runEvaluationShard', 'decideEvaluation'],
      ...['planMirror', 'runMirrorShard', 'runMirrorShard', 'decideMirror'],
      ...['writeStep 5', 'writeStep 95', 'writeStep 100', 'promoteCandidate', 'closeRelease promoted'],
    ]);
    expect(script.stages.map(({ stage, outcome }) => `${stage} ${outcome}`)).toEqual([
      ...['evaluate pass', 'mirror pass', 'canary-5 pass', 'canary-100 pass', 'full pass', 'finish pass'],
    ]);
  });

  it.concurrent.each([
    ['a course of before', undefined, ['evaluate', 'mirror']],
    ['a course that names one', ['mirror'] as const, ['mirror']],
  ])('walks the gates of its course and no others: %s', async (_, gates, walked) => {
    const app = newApp();
    const script = scriptActivities({ app, course: { gates } });
    const result = await runner.run(script.activities, { app }, endOf);
    expect(result.outcome).toBe('promoted');
    expect(script.stages.map(({ stage }) => stage)).toEqual([
      ...[...walked, 'canary-5', 'canary-100', 'full', 'finish'],
    ]);
  });

  it.concurrent.each([
    ['fail', 'blocked'],
    ['inconclusive', 'inconclusive'],
  ] as const)('ends before production where the evaluation says %s', async (gate, outcome) => {
    const app = newApp();
    const decideEvaluation = () =>
      Promise.resolve({
        kind: 'decided' as const,
        gate: { outcome: gate, summary: 'a critical case broke' },
      });
    const script = scriptActivities({ app, activities: () => ({ decideEvaluation }) });
    const result = await runner.run(script.activities, { app }, endOf, { history: outcome });
    expect(result).toEqual({ outcome, reason: 'evaluate: a critical case broke' });
    expect(script.calls.filter((call) => /writeStep|withdraw/.test(call))).toEqual([]);
  });

  it.concurrent(
    'ends before anything is evaluated where a target of the candidate cannot answer',
    async () => {
      const app = newApp();
      const gate = { outcome: 'fail' as const, summary: 'target 1 (openai/gpt) in production: 401' };
      const planEvaluation = () => Promise.resolve({ kind: 'decided' as const, gate });
      const script = scriptActivities({ app, activities: () => ({ planEvaluation }) });
      const result = await runner.run(script.activities, { app }, endOf);
      expect(result).toEqual({ outcome: 'blocked', reason: `evaluate: ${gate.summary}` });
      expect(script.calls).not.toContain('runEvaluationShard');
    },
  );

  it.concurrent(
    'adds rounds of repeats until the evaluation can be decided, and waits for samples to mirror',
    async () => {
      const app = newApp();
      let rounds = 0;
      let asked = 0;
      const planned = { kind: 'planned' as const, runId: 'mirror_1', round: 0, shards: 1 };
      const script = scriptActivities({
        app,
        activities: () => ({
          decideEvaluation: () => {
            rounds += 1;
            const gate = { outcome: 'pass' as const, summary: '95 of 100' };
            const more = { kind: 'more' as const, runId: 'eval_1', round: rounds, shards: 1 };
            return Promise.resolve(rounds === 3 ? { kind: 'decided' as const, gate } : more);
          },
          planMirror: () =>
            Promise.resolve(++asked < 2 ? { kind: 'waiting' as const, have: 3, need: 30 } : planned),
        }),
      });
      const result = await runner.run(script.activities, { app }, endOf, { history: 'rounds-and-samples' });
      expect(result.outcome).toBe('promoted');
      expect(script.calls.filter((call) => call === 'runEvaluationShard')).toHaveLength(4);
      expect(asked).toBe(2);
    },
  );

  it.concurrent('fails, and says so, where a gate cannot be measured', async () => {
    const app = newApp();
    const planEvaluation = () => Promise.reject(brokenMeasurement('The judge is not bound.'));
    const script = scriptActivities({ app, activities: () => ({ planEvaluation }) });
    const failed = runner.run(script.activities, { app }, endOf, { history: 'failed' });
    await expect(failed).resolves.toMatchObject({ outcome: 'failed' });
    expect(script.calls.at(-1)).toBe('closeRelease failed');
    expect(script.stages).toEqual([{ stage: 'evaluate', outcome: 'error' }]);
  });

  it.concurrent(
    'fails, and blames nobody, where the provider is away through the whole evaluation (invariant 26)',
    async () => {
      const app = newApp();
      // As an activity says it whose patience has ended.
      const away = ApplicationFailure.create({
        type: 'unreachable',
        message: 'openai/gpt has answered nothing for 600 s (503).',
        nonRetryable: true,
        details: [{ outOfPatience: true }],
      });
      const script = scriptActivities({
        app,
        activities: () => ({ runEvaluationShard: () => Promise.reject(away) }),
      });
      const failed = runner.run(script.activities, { app }, endOf);
      await expect(failed).resolves.toMatchObject({ outcome: 'failed' });
      expect(script.calls.at(-1)).toBe('closeRelease failed');
      expect(script.calls.filter((call) => /^(decideEvaluation|writeStep|condemn)/.test(call))).toEqual([]);
      expect(script.stages).toEqual([{ stage: 'evaluate', outcome: 'error' }]);
    },
  );

  it.concurrent.each([
    ['taken back', { takeLook: () => Promise.resolve(look('fail')) }, 'FAILED', 'rolled_back'],
    ['aborted', holding(), 'CANCELLED', 'aborted'],
  ])(
    'tells in the list of Temporal that it was %s, and to who asks afterwards',
    async (_, activities, status, outcome) => {
      const app = newApp();
      const script = scriptActivities({ app, activities: () => activities });
      await runner.run(
        script.activities,
        { app },
        async (handle) => {
          if (outcome === 'aborted') {
            await untilLooking(script);
            script.command('abort');
            await handle.signal(wakeSignal);
          }
          expect((await endOf(handle)).outcome).toBe(outcome);
          expect((await handle.describe()).status.name).toBe(status);
          expect(await handle.query(statusQuery)).toMatchObject({ state: outcome, outcome });
        },
        { history: outcome },
      );
    },
  );

  it.concurrent('refuses a workflow id that is not the one of its app (invariant 3)', async () => {
    const app = newApp();
    const script = scriptActivities({ app });
    const failed = runner.run(script.activities, { app }, endOf, { workflowId: `mine/${app}` });
    await expect(failed).rejects.toMatchObject({ cause: { type: 'invalid_request' } });
    expect(script.calls).toEqual([]);
  });

  it.concurrent.each([
    ['nothing at all', 'release', []],
    ['null', 'release', [null]],
    ['a word', 'release', ['my-app']],
    ['nothing at all', 'evaluation', []],
    ['null', 'mirrorReplay', [null]],
  ])('ends, and keeps no id taken, where it is started with %s: %s', async (_what, type, args) => {
    const { temporal, taskQueue } = runner;
    const start = { workflowId: `by-hand/${randomUUID()}`, taskQueue, args };
    const failed = temporal.environment.client.workflow.execute(type, start);
    await expect(failed).rejects.toMatchObject({ cause: { type: 'invalid_request' } });
  });

  it.concurrent(
    'refuses state that somebody has brought along, before it does anything (invariant 27)',
    async () => {
      const app = newApp();
      const script = scriptActivities({ app });
      const opened = await script.activities.openRelease({ app, workflowId: 'w', firstRunId: 'r' });
      script.calls.length = 0;
      const state = {
        ...{ opened, stage: 'finish', splitVersion: 7, splitWrittenMs: 0, weight: 95, compensations: [] },
        ...{ alarmed: false, guardrails: [] },
      };
      const forged = {
        app,
        releaseId: opened.releaseId,
        carried: { state, stageIndex: 5, stageStartedMs: 0 },
      };
      const refused = runner.run(script.activities, forged, endOf);
      await expect(refused).rejects.toMatchObject({ cause: { type: 'invalid_request' } });
      expect(script.calls).toEqual([]);
    },
  );

  it.concurrent('closes a release of the API that cannot be opened', async () => {
    const app = newApp();
    const openRelease = () => Promise.reject(ApplicationFailure.nonRetryable('It has ended.', 'conflict'));
    const script = scriptActivities({ app, activities: () => ({ openRelease }) });
    const refused = runner.run(script.activities, { app, releaseId: `rel_${app}` }, endOf);
    await expect(refused).rejects.toMatchObject({ cause: { cause: { message: 'It has ended.' } } });
    expect(script.calls).toEqual(['openRelease', 'closeRelease failed']);
  });
});
