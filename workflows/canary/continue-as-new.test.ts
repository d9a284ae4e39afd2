import { waitFor } from '../../tests/support/wait-for.ts';
import {
  abortSignal,
  pauseSignal,
  resumeSignal,
  searchAttributes,
  statusQuery,
  wakeSignal,
} from '../messages.ts';
import { endOf } from '../test-fixtures/end-of.ts';
import { recordHistory, useReleaseRunner, type ReleaseHandle } from '../test-fixtures/release-runner.ts';
import { look, scriptActivities } from '../test-fixtures/scripted-activities.ts';
import { askEveryMs, newApp } from '../test-fixtures/short-words.ts';
import { startShortHistoryServer } from '../test-fixtures/short-history-server.ts';

// The evaluation and the mirror alone take more events than this: every wait between two looks goes on in a new run.
const runner = useReleaseRunner(() => startShortHistoryServer(40));

/** The runs of a workflow, the newest last. */
async function runsOf(app: string): Promise<string[]> {
  const { client } = runner.temporal.environment;
  const runs: { runId: string; at: Date }[] = [];
  for await (const { runId, startTime } of client.workflow.list({ query: `WorkflowId = 'release/${app}'` })) {
    runs.push({ runId, at: startTime });
  }
  return runs.sort((a, b) => a.at.getTime() - b.at.getTime()).map(({ runId }) => runId);
}

function listed(runs: string[], count: number): string[] | undefined {
  return runs.length >= count ? runs : undefined;
}

/** Of whatever run is the present one. */
function currentRun(app: string): ReleaseHandle {
  return runner.temporal.environment.client.workflow.getHandle(`release/${app}`);
}

describe('a release that goes on in a new run', () => {
  it.concurrent('keeps its hold clock, its step and its evidence, and writes nothing twice', async () => {
    const app = newApp();
    const script = scriptActivities({ app, searchAttributes: true });
    const result = await runner.run(
      script.activities,
      { app },
      async (handle) => {
        const end = await endOf(handle);
        const runs = await waitFor(async () => listed(await runsOf(app), 3), {
          what: 'three runs to be listed',
          intervalMs: askEveryMs,
        });
        const second = runner.temporal.environment.client.workflow.getHandle(`release/${app}`, runs[1]);
        const description = await second.describe();
        expect(description.memo).toMatchObject({ release: `rel_${app}`, revision: 'v2' });
        expect(description.typedSearchAttributes.getAll().map(({ key }) => key.name)).toContain(
          searchAttributes.release,
        );
        await recordHistory(second, 'continued-twice');
        return end;
      },
      { history: 'continued-as-new' },
    );
    expect(result.outcome).toBe('promoted');
    expect(script.calls.filter((call) => /write|promote/.test(call))).toEqual([
      ...['writeStep 5', 'writeStep 95', 'writeStep 100', 'promoteCandidate'],
      'closeRelease promoted',
    ]);
    const inFirstStep = script.looks.filter(({ stage }) => stage === 'canary-5');
    expect(inFirstStep.map((args) => args.look)).toEqual(inFirstStep.map((_, k) => k));
    const held = inFirstStep.map(({ heldMs }) => heldMs);
    expect(held).toEqual([...held].sort((a, b) => a - b));
  });

  it.concurrent('takes its compensation along: the candidate is withdrawn by a later run', async () => {
    const app = newApp();
    const script = scriptActivities({
      app,
      activities: (written) => ({
        takeLook: () => Promise.resolve(look(written.looks.length > 6 ? 'fail' : 'wait')),
      }),
    });
    const result = await runner.run(script.activities, { app }, (handle) => endOf(handle));
    expect(result.outcome).toBe('rolled_back');
    expect(script.calls).toContain('withdrawCandidate');
  });

  it.concurrent('still takes the candidate back when it is aborted just before its promotion', async () => {
    const app = newApp();
    const script = scriptActivities({
      app,
      activities: (written) => ({
        promoteCandidate: () => {
          if (written.state === 'progressing') written.command('pause');
          return Promise.resolve({ kind: 'not-progressing' as const, state: written.state });
        },
      }),
    });
    const result = await runner.run(script.activities, { app }, async (handle) => {
      const atFinish = () => script.looks.filter(({ stage }) => stage === 'finish');
      await waitFor(() => atFinish().length > 3, { what: 'looks at 100 % while paused' });
      expect(atFinish()[0]).toMatchObject({ weight: 100 });
      script.command('abort');
      await currentRun(app).signal(wakeSignal);
      return endOf(handle);
    });
    expect(result.outcome).toBe('aborted');
    expect(script.calls).toContain('withdrawCandidate');
  });

  it.concurrent('acts once on each signal, whichever run it reaches', async () => {
    const app = newApp();
    const script = scriptActivities({
      app,
      activities: () => ({ takeLook: () => Promise.resolve(look('wait')) }),
    });
    const paused = (is: boolean) =>
      waitFor(async () => (await currentRun(app).query(statusQuery)).paused === is, {
        what: `paused: ${is}`,
        intervalMs: askEveryMs,
      });
    await runner.run(script.activities, { app }, async (handle) => {
      await waitFor(() => script.looks.length > 3, { what: 'some looks' });
      await currentRun(app).signal(pauseSignal);
      await paused(true);
      await currentRun(app).signal(resumeSignal);
      await paused(false);
      await currentRun(app).signal(abortSignal);
      expect((await endOf(handle)).outcome).toBe('aborted');
    });
    expect(script.calls.filter((call) => call === 'recordSignal')).toHaveLength(3);
    expect(script.applied.map(({ result }) => result)).toEqual(['paused at 5 %', 'resumed', 'aborted']);
  });
});
