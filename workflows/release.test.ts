import { randomUUID } from 'node:crypto';
import { Context } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';
import type { SluiceActivities } from '../activities/activities.ts';
import { releaseWorkflowId } from '../domain/release/release.ts';
import { waitFor } from '../tests/support/wait-for.ts';
import { abortSignal, pauseSignal, resumeSignal, statusQuery, wakeSignal } from './messages.ts';
import { endOf } from './test-fixtures/end-of.ts';
import { useReleaseRunner, type ReleaseHandle } from './test-fixtures/release-runner.ts';
import {
  brokenMeasurement,
  look,
  passWhenHeld,
  scriptActivities,
  type Script,
} from './test-fixtures/scripted-activities.ts';

const runner = useReleaseRunner();
const newApp = (): string => `app-${randomUUID().slice(0, 8)}`;
const resultOf = (handle: ReleaseHandle) => endOf(handle);

/** Looks that never pass: the release stays in its first step. */
const holding = () => ({ takeLook: () => Promise.resolve(look('wait')) });

/** Works until it is cancelled; like a real shard it heartbeats, and so hears of that. */
function endlessShard(): Promise<never> {
  const beat = setInterval(() => {
    Context.current().heartbeat();
  }, 100);
  return Context.current().cancelled.finally(() => {
    clearInterval(beat);
  });
}

async function untilLooking(script: Script, looks = 1): Promise<void> {
  const before = script.looks.length;
  await waitFor(() => script.looks.length >= before + looks, { what: `${looks} more looks` });
}

/** The workflow has gone on with what the newest activity of a name has answered. */
async function wasActedOn(handle: ReleaseHandle, activity: string): Promise<boolean> {
  const events = (await handle.fetchHistory()).events ?? [];
  const scheduled = events.findLast(
    ({ activityTaskScheduledEventAttributes: it }) => it?.activityType?.name === activity,
  );
  const done = events.findIndex(
    ({ activityTaskCompletedEventAttributes: it }) =>
      scheduled !== undefined && String(it?.scheduledEventId) === String(scheduled.eventId),
  );
  return done >= 0 && events.slice(done).some((event) => event.workflowTaskCompletedEventAttributes);
}

async function untilPaused(handle: ReleaseHandle): Promise<void> {
  await waitFor(async () => (await handle.query(statusQuery)).paused, { what: 'the release to be paused' });
}

describe('a release', () => {
  it('walks through every stage and makes the candidate stable', async () => {
    const app = newApp();
    const script = scriptActivities({ app });
    const result = await runner.run(script.activities, { app }, resultOf, { history: 'promoted' });
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

  it.each([
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
    const result = await runner.run(script.activities, { app }, resultOf, { history: outcome });
    expect(result).toEqual({ outcome, reason: 'evaluate: a critical case broke' });
    expect(script.calls.filter((call) => /writeStep|withdraw/.test(call))).toEqual([]);
  });

  it('ends before anything is evaluated where a target of the candidate cannot answer', async () => {
    const app = newApp();
    const gate = { outcome: 'fail' as const, summary: 'target 1 (openai/gpt) in production: 401' };
    const planEvaluation = () => Promise.resolve({ kind: 'decided' as const, gate });
    const script = scriptActivities({ app, activities: () => ({ planEvaluation }) });
    const result = await runner.run(script.activities, { app }, resultOf);
    expect(result).toEqual({ outcome: 'blocked', reason: `evaluate: ${gate.summary}` });
    expect(script.calls).not.toContain('runEvaluationShard');
  });

  it('adds rounds of repeats until the evaluation can be decided, and waits for samples to mirror', async () => {
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
    const result = await runner.run(script.activities, { app }, resultOf, { history: 'rounds-and-samples' });
    expect(result.outcome).toBe('promoted');
    expect(script.calls.filter((call) => call === 'runEvaluationShard')).toHaveLength(4);
    expect(asked).toBe(2);
  });

  it('fails, and says so, where a gate cannot be measured', async () => {
    const app = newApp();
    const planEvaluation = () => Promise.reject(brokenMeasurement('The judge is not bound.'));
    const script = scriptActivities({ app, activities: () => ({ planEvaluation }) });
    const failed = runner.run(script.activities, { app }, resultOf, { history: 'failed' });
    await expect(failed).resolves.toMatchObject({ outcome: 'failed' });
    expect(script.calls.at(-1)).toBe('closeRelease failed');
    expect(script.stages).toEqual([{ stage: 'evaluate', outcome: 'error' }]);
  });

  it('fails, and blames nobody, where the provider is away through the whole evaluation (invariant 26)', async () => {
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
    const failed = runner.run(script.activities, { app }, resultOf);
    await expect(failed).resolves.toMatchObject({ outcome: 'failed' });
    expect(script.calls.at(-1)).toBe('closeRelease failed');
    expect(script.calls.filter((call) => /^(decideEvaluation|writeStep|condemn)/.test(call))).toEqual([]);
    expect(script.stages).toEqual([{ stage: 'evaluate', outcome: 'error' }]);
  });

  it.each([
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

  it('refuses a workflow id that is not the one of its app (invariant 3)', async () => {
    const app = newApp();
    const script = scriptActivities({ app });
    const failed = runner.run(script.activities, { app }, resultOf, { workflowId: `mine/${app}` });
    await expect(failed).rejects.toMatchObject({ cause: { type: 'invalid_request' } });
    expect(script.calls).toEqual([]);
  });

  it.each([
    ['nothing at all', 'release', []],
    ['null', 'release', [null]],
    ['a word', 'release', ['my-app']],
    ['nothing at all', 'evaluation', []],
    ['null', 'mirrorReplay', [null]],
  ])('ends, and keeps no id taken, where it is started with %s: %s', async (_what, type, args) => {
    const { environment } = runner.temporal;
    const started = (taskQueue: string) =>
      environment.client.workflow.execute(type, { workflowId: `by-hand/${randomUUID()}`, taskQueue, args });
    const failed = runner.work(scriptActivities({ app: newApp() }).activities, started);
    await expect(failed).rejects.toMatchObject({ cause: { type: 'invalid_request' } });
  });

  it('refuses state that somebody has brought along, before it does anything (invariant 27)', async () => {
    const app = newApp();
    const script = scriptActivities({ app });
    const opened = await script.activities.openRelease({ app, workflowId: 'w', firstRunId: 'r' });
    script.calls.length = 0;
    const state = {
      ...{ opened, stage: 'finish', splitVersion: 7, splitWrittenMs: 0, weight: 95, compensations: [] },
      ...{ alarmed: false, guardrails: [] },
    };
    const forged = { app, releaseId: opened.releaseId, carried: { state, stageIndex: 5, stageStartedMs: 0 } };
    const refused = runner.run(script.activities, forged, resultOf);
    await expect(refused).rejects.toMatchObject({ cause: { type: 'invalid_request' } });
    expect(script.calls).toEqual([]);
  });

  it('closes a release of the API that cannot be opened', async () => {
    const app = newApp();
    const openRelease = () => Promise.reject(ApplicationFailure.nonRetryable('It has ended.', 'conflict'));
    const script = scriptActivities({ app, activities: () => ({ openRelease }) });
    const refused = runner.run(script.activities, { app, releaseId: `rel_${app}` }, resultOf);
    await expect(refused).rejects.toMatchObject({ cause: { cause: { message: 'It has ended.' } } });
    expect(script.calls).toEqual(['openRelease', 'closeRelease failed']);
  });
});

describe('a step of the canary', () => {
  it('is taken back when a guardrail fails', async () => {
    const app = newApp();
    const takeLook = () => Promise.resolve(look('fail', { reason: 'errors worse than stable' }));
    const script = scriptActivities({ app, activities: () => ({ takeLook }) });
    const result = await runner.run(script.activities, { app }, resultOf, { history: 'rolled-back' });
    expect(result).toEqual({ outcome: 'rolled_back', reason: 'errors worse than stable' });
    expect(script.calls.slice(-3)).toEqual([
      ...['writeStep 5', 'withdrawCandidate', 'closeRelease rolled_back'],
    ]);
  });

  it('withdraws the candidate however often that fails at first', async () => {
    const app = newApp();
    let attempts = 0;
    const script = scriptActivities({
      app,
      activities: () => ({
        takeLook: () => Promise.resolve(look('fail')),
        withdrawCandidate: () => {
          attempts += 1;
          return attempts < 4 ? Promise.reject(new Error('no database')) : Promise.resolve({ version: 9 });
        },
      }),
    });
    const result = await runner.run(script.activities, { app }, resultOf);
    expect([result.outcome, attempts]).toEqual(['rolled_back', 4]);
  });

  it('ends as superseded when somebody else has written the split', async () => {
    const app = newApp();
    const takeLook = () => Promise.resolve(look('superseded', { reason: 'the split moved to version 12' }));
    const script = scriptActivities({ app, activities: () => ({ takeLook }) });
    const result = await runner.run(script.activities, { app }, resultOf, { history: 'superseded' });
    expect(result).toEqual({ outcome: 'superseded', reason: 'the split moved to version 12' });
  });

  it('is superseded as well when its write finds another version', async () => {
    const app = newApp();
    const writeStep = () => Promise.resolve({ kind: 'moved' as const, version: 12 });
    const script = scriptActivities({ app, activities: () => ({ writeStep }) });
    const result = await runner.run(script.activities, { app }, resultOf);
    expect(result).toEqual({ outcome: 'superseded', reason: 'the split moved to version 12' });
  });

  it('is taken back when a gateway refuses it, without waiting for the next look', async () => {
    const app = newApp();
    const awaitAcks = () =>
      Promise.resolve({ kind: 'refused' as const, gateway: 'gw-1', reason: 'no such index' });
    const script = scriptActivities({ app, activities: () => ({ ...holding(), awaitAcks }) });
    const result = await runner.run(script.activities, { app }, resultOf, { history: 'refused' });
    expect(result).toEqual({
      outcome: 'rolled_back',
      reason: 'gateway gw-1 refuses the candidate: no such index',
    });
  });

  it('does not run its hold clock before every gateway serves it, and names those that do not', async () => {
    const app = newApp();
    let served = false;
    const script = scriptActivities({
      app,
      activities: () => ({
        awaitAcks: () =>
          Promise.resolve(
            served ? { kind: 'acked' as const } : { kind: 'waiting' as const, missing: ['gw-2'] },
          ),
      }),
    });
    const result = await runner.run(
      script.activities,
      { app },
      async (handle) => {
        await waitFor(() => script.looks.length >= 4, { what: 'four looks' });
        expect(script.looks.map(({ heldMs }) => heldMs)).toEqual(script.looks.map(() => 0));
        expect((await handle.query(statusQuery)).waitingFor).toContain('gw-2');
        served = true;
        return endOf(handle);
      },
      { history: 'late-ack' },
    );
    expect(result.outcome).toBe('promoted');
  });

  it('holds while nothing can be measured, and goes on when it can again', async () => {
    const app = newApp();
    let broken = 3;
    const script = scriptActivities({
      app,
      activities: () => ({
        takeLook: (args) =>
          broken-- > 0 ? Promise.reject(brokenMeasurement()) : Promise.resolve(look(passWhenHeld(args))),
      }),
    });
    const result = await runner.run(script.activities, { app }, resultOf, { history: 'blind-for-a-while' });
    expect(result.outcome).toBe('promoted');
    expect(script.looks.slice(0, 4).map((args) => args.look)).toEqual([0, 0, 0, 0]);
  });

  it('is taken back after maxBlind without a valid measurement', async () => {
    const app = newApp();
    const takeLook = () => Promise.reject(brokenMeasurement());
    const script = scriptActivities({ app, course: { maxBlindMs: 600 }, activities: () => ({ takeLook }) });
    const result = await runner.run(script.activities, { app }, resultOf, { history: 'blind' });
    expect(result.outcome).toBe('rolled_back');
    expect(result.reason).toContain('no valid measurement');
    expect(script.stages.at(-1)).toEqual({ stage: 'canary-5', outcome: 'error' });
  });

  it('starts a step again at a new version where too much of it is unknown, and goes on', async () => {
    const app = newApp();
    let unknown = 1;
    const script = scriptActivities({
      app,
      activities: () => ({
        takeLook: (args) =>
          Promise.resolve(args.heldMs > 100 && unknown-- > 0 ? look('again') : look(passWhenHeld(args))),
      }),
    });
    const result = await runner.run(script.activities, { app }, resultOf, { history: 'started-again' });
    expect(result.outcome).toBe('promoted');
    expect(script.calls.filter((call) => call === 'writeStep 5')).toHaveLength(2);
    const versions = script.looks
      .filter(({ stage }) => stage === 'canary-5')
      .map((args) => args.splitVersion);
    expect(new Set(versions).size).toBe(2);
    const first = script.looks.find(({ splitVersion }) => splitVersion === versions.at(-1));
    expect(first).toMatchObject({ heldMs: 0, elapsedMs: 0 });
  });

  it('is taken back, and not condemned, where a step starts again and again for maxBlind', async () => {
    const app = newApp();
    const condemned: unknown[] = [];
    const script = scriptActivities({
      app,
      course: { maxBlindMs: 600 },
      activities: () => ({
        takeLook: () => Promise.resolve(look('again')),
        withdrawCandidate: ({ condemns }) => {
          condemned.push(condemns);
          return Promise.resolve({ version: 99 });
        },
      }),
    });
    const result = await runner.run(script.activities, { app }, resultOf);
    expect(result).toMatchObject({
      outcome: 'rolled_back',
      reason: expect.stringContaining('could not be measured') as string,
    });
    expect(condemned).toEqual([false]);
  });

  it('asks people when it cannot be decided, and promotes on their word', async () => {
    const app = newApp();
    const script = scriptActivities({
      app,
      activities: () => ({
        takeLook: (args) => Promise.resolve(look(args.promote ? 'pass' : 'inconclusive')),
      }),
    });
    await runner.run(
      script.activities,
      { app },
      async (handle) => {
        for (const stage of ['canary-5', 'canary-100', 'full']) {
          await waitFor(
            async () => {
              const status = await handle.query(statusQuery);
              return status.paused && status.stage === stage;
            },
            { what: `${stage} to be paused` },
          );
          script.command('promote');
          await handle.signal(wakeSignal);
        }
        expect((await endOf(handle)).outcome).toBe('promoted');
      },
      { history: 'promoted-by-command' },
    );
  });

  it('records a promotion as an override with what had been shown, for the stage that it was given for alone', async () => {
    const app = newApp();
    const script = scriptActivities({
      app,
      activities: () => ({
        takeLook: (args) =>
          Promise.resolve(args.promote ? look('pass', { lacking: '3 of 10 requests' }) : look('wait')),
      }),
    });
    const seen = { stage: 'canary-5', splitVersion: 8, resume: false, reason: 'checked by hand' };
    await runner.run(
      script.activities,
      { app },
      async (handle) => {
        await untilLooking(script);
        for (let press = 0; press < 2; press += 1) {
          script.command('promote', 'user:ada', seen);
          await handle.signal(wakeSignal);
          await waitFor(() => script.looks.at(-1)?.stage === 'canary-100', { what: 'the next step' });
        }
        await waitFor(() => script.applied.length === 2, { what: 'the second press to be read' });
        await untilLooking(script, 2);
        script.command('abort');
        await handle.signal(wakeSignal);
        expect((await endOf(handle)).outcome).toBe('aborted');
      },
      { history: 'overridden' },
    );
    expect(script.applied[1]?.result).toBe('refused: meant for canary-5, the release is at canary-100');
    expect(script.stages.slice(2)).toEqual([
      { stage: 'canary-5', outcome: 'override' },
      { stage: 'canary-100', outcome: 'inconclusive' },
    ]);
    expect(script.overrides).toMatchObject([
      {
        ...{ actor: 'user:ada', reason: 'checked by hand', lacking: '3 of 10 requests', weight: 5 },
        ...{ splitVersion: 8, holdMs: 400, exposures: { candidate: 100, stable: 1_900 } },
      },
    ]);
  });

  it('rolls back where the plan says so and it cannot be decided', async () => {
    const app = newApp();
    const takeLook = () => Promise.resolve(look('inconclusive', { reason: '3 of 50 requests' }));
    const script = scriptActivities({
      app,
      course: { onInconclusive: 'rollback' },
      activities: () => ({ takeLook }),
    });
    const result = await runner.run(script.activities, { app }, resultOf, { history: 'inconclusive-step' });
    expect(result).toEqual({ outcome: 'rolled_back', reason: '3 of 50 requests' });
  });

  it('pauses, and rolls nothing back, where it is callers who keep it from being decided', async () => {
    const app = newApp();
    const takeLook = () => Promise.resolve(look('inconclusive', { byCallers: true }));
    const script = scriptActivities({
      app,
      course: { onInconclusive: 'rollback' },
      activities: () => ({ takeLook }),
    });
    const result = await runner.run(script.activities, { app }, async (handle) => {
      await untilPaused(handle);
      script.command('abort');
      await handle.signal(wakeSignal);
      return endOf(handle);
    });
    expect(result.outcome).toBe('aborted');
  });

  it('never promotes over a failed guardrail (invariant 13)', async () => {
    const app = newApp();
    const script = scriptActivities({
      app,
      activities: () => ({ takeLook: (args) => Promise.resolve(look(args.promote ? 'fail' : 'wait')) }),
    });
    const result = await runner.run(script.activities, { app }, async (handle) => {
      await untilLooking(script);
      script.command('promote');
      await handle.signal(wakeSignal);
      return endOf(handle);
    });
    expect(result.outcome).toBe('rolled_back');
  });

  it('is compared with stable at 50 % when an absolute bound alarms at 100 %', async () => {
    const app = newApp();
    const script = scriptActivities({
      app,
      activities: () => ({
        takeLook: (args) => Promise.resolve(look(args.weight === 100 ? 'alarm' : passWhenHeld(args))),
      }),
    });
    const result = await runner.run(script.activities, { app }, resultOf, { history: 'alarm-at-100' });
    expect(result.outcome).toBe('promoted');
    expect(script.calls.filter((call) => call.startsWith('writeStep'))).toEqual([
      ...['writeStep 5', 'writeStep 95', 'writeStep 100', 'writeStep 50'],
    ]);
  });
});

it('takes a paused release back on an alarm at 100 %: a pause forbids the comparison', async () => {
  const app = newApp();
  let alarming = false;
  const script = scriptActivities({
    app,
    activities: () => ({
      takeLook: (args) =>
        Promise.resolve(
          look(args.weight < 100 ? passWhenHeld(args) : alarming ? 'alarm' : 'wait', { reason: 'too many' }),
        ),
    }),
  });
  const result = await runner.run(script.activities, { app }, async (handle) => {
    await waitFor(() => script.looks.at(-1)?.stage === 'full', { what: 'the step at 100 %' });
    await handle.signal(pauseSignal);
    await untilPaused(handle);
    alarming = true;
    return endOf(handle);
  });
  expect(result).toEqual({
    outcome: 'rolled_back',
    reason: 'too many, and a paused release cannot be compared',
  });
});

it('does not take a promotion of the step that alarmed for one of the comparison', async () => {
  const app = newApp();
  const script = scriptActivities({
    app,
    activities: () => ({
      takeLook: (args) =>
        Promise.resolve(
          look(
            args.weight === 100
              ? args.promote
                ? 'alarm'
                : 'wait'
              : passWhenHeld({ ...args, promote: false }),
          ),
        ),
    }),
  });
  const result = await runner.run(script.activities, { app }, async (handle) => {
    await waitFor(() => script.looks.at(-1)?.stage === 'full', { what: 'the step at 100 %' });
    script.command('promote');
    await handle.signal(wakeSignal);
    return endOf(handle);
  });
  expect(result.outcome).toBe('promoted');
  const compared = script.looks.filter(({ stage }) => stage === 'compare');
  expect(compared.length).toBeGreaterThan(0);
  expect(compared.filter(({ promote }) => promote)).toEqual([]);
});

describe('what people decide', () => {
  it('pauses and resumes by plain signals: the weight is held, the clock stands, looks go on', async () => {
    const app = newApp();
    const course = { steps: [{ stage: 'canary-5', weight: 5, holdMs: 1_500, minExposures: 1, bake: false }] };
    const script = scriptActivities({ app, course });
    const result = await runner.run(
      script.activities,
      { app },
      async (handle) => {
        await untilLooking(script);
        await handle.signal(pauseSignal);
        await untilPaused(handle);
        // The batch of looks that was under way hears of the pause with its next heartbeat.
        const [heldMs] = await waitFor(
          () => {
            const [before, last] = script.looks.slice(-2).map((args) => args.heldMs);
            return before === last && [last];
          },
          { what: 'the hold clock to stand' },
        );
        await untilLooking(script, 3);
        expect(script.looks.at(-1)?.heldMs).toBe(heldMs);
        expect(await handle.query(statusQuery)).toMatchObject({
          state: 'paused',
          weight: 5,
          stage: 'canary-5',
        });
        await handle.signal(resumeSignal);
        return endOf(handle);
      },
      { history: 'paused-and-resumed' },
    );
    expect(result.outcome).toBe('promoted');
    expect(script.applied.map((mark) => mark.result)).toEqual(['paused at 5 %', 'resumed']);
  });

  it('applies a command that comes while a stage is being recorded after the record (invariant 13)', async () => {
    const app = newApp();
    const script = scriptActivities({ app });
    const { recordStage, readCommands } = script.activities;
    const { client } = runner.temporal.environment;
    const handle = client.workflow.getHandle(releaseWorkflowId(app));
    let [isRecording, reads] = [false, 0];
    const appliedAt: boolean[] = [];
    const activities: SluiceActivities = {
      ...script.activities,
      readCommands: (args) => {
        if (isRecording) reads += 1;
        return readCommands(args);
      },
      recordStage: async (args) => {
        if (args.stage === 'canary-5') {
          isRecording = true;
          script.command('pause');
          await handle.signal(wakeSignal);
          await waitFor(async () => reads > 0 && (await wasActedOn(handle, 'readCommands')), {
            what: 'the workflow to have read the command',
          });
        }
        await recordStage(args);
        isRecording = false;
      },
      markCommandApplied: (args) => {
        appliedAt.push(isRecording);
        return script.activities.markCommandApplied(args);
      },
    };
    await runner.run(activities, { app }, async (running) => {
      await untilPaused(running);
      expect(script.kept).toMatchObject({ stageIndex: 3, pausedBy: { actor: 'user:ada' } });
      await running.signal(abortSignal);
      expect((await endOf(running)).outcome).toBe('aborted');
    });
    expect(appliedAt[0]).toBe(false);
  });

  it('makes no raise while paused, though the step has passed (invariant 5)', async () => {
    const app = newApp();
    const script = scriptActivities({
      app,
      activities: () => ({ takeLook: () => Promise.resolve(look('pass')) }),
    });
    // Recorded by the API an instant before the write of the second step; its wake-up call comes later.
    const { writeStep } = script.activities;
    script.activities.writeStep = (args) => {
      if (args.weight === 95 && script.applied.length === 0) script.command('pause');
      return writeStep(args);
    };
    const result = await runner.run(script.activities, { app }, async (handle) => {
      await untilPaused(handle);
      await untilLooking(script, 2);
      expect(script.looks.at(-1)).toMatchObject({ stage: 'canary-100', weight: 5 });
      await handle.signal(resumeSignal);
      return endOf(handle);
    });
    expect(result.outcome).toBe('promoted');
  });

  it('stays in its step while paused, even if the step has passed', async () => {
    const app = newApp();
    // Only the workflow's own word counts: before it knows of the pause, the store is what refuses a raise.
    let paused = false;
    const script = scriptActivities({
      app,
      activities: () => ({ takeLook: () => Promise.resolve(look(paused ? 'pass' : 'wait')) }),
    });
    await runner.run(script.activities, { app }, async (handle) => {
      await untilLooking(script);
      await handle.signal(pauseSignal);
      await untilPaused(handle);
      paused = true;
      await untilLooking(script, 3);
      expect((await handle.query(statusQuery)).stage).toBe('canary-5');
      await handle.signal(abortSignal);
      expect((await endOf(handle)).outcome).toBe('aborted');
    });
  });

  it('goes no further before production while it is paused there', async () => {
    const app = newApp();
    let decided = false;
    const script = scriptActivities({
      app,
      activities: () => ({
        decideEvaluation: async () => {
          await waitFor(() => decided, { what: 'the evaluation to be decided' });
          return { kind: 'decided' as const, gate: { outcome: 'pass' as const, summary: 'all passed' } };
        },
      }),
    });
    const result = await runner.run(script.activities, { app }, async (handle) => {
      await waitFor(() => script.calls.includes('decideEvaluation'), { what: 'the evaluation' });
      await handle.signal(pauseSignal);
      await untilPaused(handle);
      decided = true;
      await waitFor(() => script.stages.length === 1, { what: 'the evaluation to end' });
      expect((await handle.query(statusQuery)).stage).toBe('evaluate');
      expect(script.calls).not.toContain('planMirror');
      await handle.signal(abortSignal);
      return endOf(handle);
    });
    expect(result.outcome).toBe('aborted');
    expect(script.calls.filter((call) => call.startsWith('writeStep'))).toEqual([]);
  });

  it('takes a release back that is paused for longer than maxPause', async () => {
    const app = newApp();
    const script = scriptActivities({ app, course: { maxPauseMs: 700 }, activities: holding });
    const result = await runner.run(
      script.activities,
      { app },
      async (handle) => {
        await untilLooking(script);
        await handle.signal(pauseSignal);
        return endOf(handle);
      },
      { history: 'paused-too-long' },
    );
    expect(result.outcome).toBe('rolled_back');
  });

  it('aborts at once by a signal, though a gate is in the middle of its work', async () => {
    const app = newApp();
    const script = scriptActivities({ app, activities: () => ({ runEvaluationShard: endlessShard }) });
    const result = await runner.run(
      script.activities,
      { app },
      async (handle) => {
        await waitFor(() => script.calls.includes('runEvaluationShard'), { what: 'the evaluation to run' });
        await handle.signal(abortSignal);
        return endOf(handle);
      },
      { history: 'aborted-by-signal' },
    );
    expect(result).toEqual({ outcome: 'aborted', reason: 'aborted by temporal:tester' });
    expect(script.calls).not.toContain('withdrawCandidate');
  });

  it('aborts by a command, and acts on it before all others', async () => {
    const app = newApp();
    const script = scriptActivities({ app, activities: holding });
    const result = await runner.run(
      script.activities,
      { app },
      async (handle) => {
        await untilLooking(script);
        script.command('abort');
        await handle.signal(wakeSignal);
        return endOf(handle);
      },
      { history: 'aborted-by-command' },
    );
    expect(result).toEqual({ outcome: 'aborted', reason: 'aborted by user:ada' });
    expect(script.calls).toContain('withdrawCandidate');
  });

  it('finds a command whose wake-up call was lost at the next look', async () => {
    const app = newApp();
    const script = scriptActivities({
      app,
      activities: (written) => ({
        takeLook: () => Promise.resolve(look('wait', { unreadCommands: written.commands.length > 0 })),
      }),
    });
    const result = await runner.run(script.activities, { app }, async (handle) => {
      await untilLooking(script);
      script.command('abort');
      return endOf(handle);
    });
    expect(result.outcome).toBe('aborted');
  });

  it('stops an evaluation when the app is rolled back meanwhile', async () => {
    const app = newApp();
    const script = scriptActivities({ app, activities: () => ({ runEvaluationShard: endlessShard }) });
    const result = await runner.run(script.activities, { app }, async (handle) => {
      await waitFor(() => script.calls.includes('runEvaluationShard'), { what: 'a shard' });
      script.state = 'rolling_back';
      await handle.signal(wakeSignal);
      return endOf(handle);
    });
    expect(result).toEqual({ outcome: 'superseded', reason: 'rolled back by a person' });
    expect(script.stages).toEqual([{ stage: 'evaluate', outcome: 'inconclusive' }]);
  });

  it('records a promotion that a cancellation came too late for as the pass that it is', async () => {
    const app = newApp();
    const committing = Promise.withResolvers<undefined>();
    const script = scriptActivities({
      app,
      activities: () => ({
        promoteCandidate: async () => {
          await committing.promise;
          return { kind: 'written' as const, version: (script.splitVersion += 1) };
        },
        closeRelease: () => Promise.resolve({ outcome: 'promoted' as const, reason: 'every stage passed' }),
      }),
    });
    const result = await runner.run(script.activities, { app }, async (handle) => {
      await waitFor(() => script.calls.includes('promoteCandidate'), { what: 'the promotion' });
      await handle.cancel();
      await waitFor(
        async () => (await handle.describe()).raw.workflowExtendedInfo?.cancelRequested === true,
        {
          what: 'the cancellation',
        },
      );
      committing.resolve(undefined);
      return endOf(handle);
    });
    expect(result.outcome).toBe('promoted');
    expect(script.stages.at(-1)).toEqual({ stage: 'finish', outcome: 'pass' });
  });

  it('treats a cancellation of the workflow as an abort', async () => {
    const app = newApp();
    const script = scriptActivities({ app, activities: holding });
    const result = await runner.run(
      script.activities,
      { app },
      async (handle) => {
        await untilLooking(script);
        await handle.cancel();
        return endOf(handle);
      },
      { history: 'cancelled' },
    );
    expect(result).toEqual({ outcome: 'aborted', reason: 'the workflow was cancelled' });
    expect(script.calls.slice(-3)).toEqual([
      ...['recordSignal', 'withdrawCandidate', 'closeRelease aborted'],
    ]);
  });
});
