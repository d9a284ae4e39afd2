import { Context } from '@temporalio/activity';
import type { SluiceActivities } from '../../activities/activities.ts';
import { releaseWorkflowId } from '../../domain/release/release.ts';
import { waitFor } from '../../tests/support/wait-for.ts';
import { abortSignal, pauseSignal, resumeSignal, statusQuery, wakeSignal } from '../messages.ts';
import { endOf } from '../test-fixtures/end-of.ts';
import { useReleaseRunner, type ReleaseHandle } from '../test-fixtures/release-runner.ts';
import { look, scriptActivities } from '../test-fixtures/scripted-activities.ts';
import { askEveryMs, holding, newApp, untilLooking, untilPaused } from '../test-fixtures/short-words.ts';

const runner = useReleaseRunner();

/** Works until it is cancelled; like a real shard it heartbeats, and so hears of that. */
function endlessShard(): Promise<never> {
  const beat = setInterval(() => {
    Context.current().heartbeat();
  }, 100);
  return Context.current().cancelled.finally(() => {
    clearInterval(beat);
  });
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

describe('what people decide', () => {
  it.concurrent(
    'pauses and resumes by plain signals: the weight is held, the clock stands, looks go on',
    async () => {
      const app = newApp();
      const course = {
        steps: [{ stage: 'canary-5', weight: 5, holdMs: 1_500, minExposures: 1, bake: false }],
      };
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
    },
  );

  it.concurrent(
    'applies a command that comes while a stage is being recorded after the record (invariant 13)',
    async () => {
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
              intervalMs: askEveryMs,
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
        // It is paused before that is kept.
        await waitFor(() => script.kept?.pausedBy !== undefined, { what: 'the pause to be kept' });
        expect(script.kept).toMatchObject({ stageIndex: 3, pausedBy: { actor: 'user:ada' } });
        await running.signal(abortSignal);
        expect((await endOf(running)).outcome).toBe('aborted');
      });
      expect(appliedAt[0]).toBe(false);
    },
  );

  it.concurrent('makes no raise while paused, though the step has passed (invariant 5)', async () => {
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

  it.concurrent('stays in its step while paused, even if the step has passed', async () => {
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

  it.concurrent('goes no further before production while it is paused there', async () => {
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

  it.concurrent('takes a release back that is paused for longer than maxPause', async () => {
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

  it.concurrent('aborts at once by a signal, though a gate is in the middle of its work', async () => {
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

  it.concurrent('aborts by a command, and acts on it before all others', async () => {
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

  it.concurrent('finds a command whose wake-up call was lost at the next look', async () => {
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

  it.concurrent('stops an evaluation when the app is rolled back meanwhile', async () => {
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

  it.concurrent(
    'records a promotion that a cancellation came too late for as the pass that it is',
    async () => {
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
            intervalMs: askEveryMs,
          },
        );
        committing.resolve(undefined);
        return endOf(handle);
      });
      expect(result.outcome).toBe('promoted');
      expect(script.stages.at(-1)).toEqual({ stage: 'finish', outcome: 'pass' });
    },
  );

  it.concurrent('treats a cancellation of the workflow as an abort', async () => {
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
