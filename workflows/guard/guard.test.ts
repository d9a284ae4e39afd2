import type { GuardWatch } from '../../activities/guard/contract.ts';
import type { BatchArgs, BatchResult } from '../../activities/looks/contract.ts';
import { guardWorkflowId } from '../../domain/release/guard.ts';
import { endOf } from '../test-fixtures/end-of.ts';
import { useReleaseRunner } from '../test-fixtures/release-runner.ts';
import { look, scriptActivities } from '../test-fixtures/scripted-activities.ts';
import { newApp } from '../test-fixtures/short-words.ts';
import type { guard } from './guard.ts';

const runner = useReleaseRunner();

const batch = {
  ...{ releaseId: 'rel_1', stage: 'guard', splitVersion: 11, weight: 95, holdMs: 60_000, deadlineMs: 60_000 },
  ...{
    minExposures: 50,
    promote: false,
    look: 0,
    heldMs: 0,
    lookedAtHeldMs: 0,
    clockRuns: true,
    holds: true,
  },
  ...{ blindIntervalMs: 200, leaseMs: 6_000, seenCommandId: 0, forMs: 1_000 },
};
const open: GuardWatch = { kind: 'open', label: 'v2', batch };

/** What looks came to, one batch after the other; then the guard is over. */
async function guardedBy(...results: (BatchResult | Error)[]) {
  const app = newApp();
  const asked: BatchArgs[] = [];
  const done: string[] = [];
  let ended = false;
  const script = scriptActivities({
    app,
    course: { guardMs: 60_000 },
    activities: () => ({
      watchGuard: () =>
        Promise.resolve(ended ? { kind: 'ended' as const, outcome: 'passed' as const } : open),
      takeLooks: (args) => {
        if (args.stage !== 'guard') return scriptedLooks(args);
        asked.push(args);
        const result = results.shift();
        ended = results.length === 0;
        return result instanceof Error || result === undefined
          ? Promise.reject(result ?? new Error('no more'))
          : Promise.resolve(result);
      },
      closeGuard: () => Promise.resolve(void done.push('closeGuard')),
      takeBackGuarded: ({ reason }) => Promise.resolve(void done.push(`takeBack ${reason}`)),
    }),
  });
  const scriptedLooks = scriptActivities({ app }).activities.takeLooks;
  return runner.run(script.activities, { app }, async (handle) => {
    const release = await endOf(handle);
    const { workflow } = runner.temporal.environment.client;
    const outcome = await workflow.getHandle<typeof guard>(guardWorkflowId(`rel_${app}`)).result();
    return { release, outcome, asked, done };
  });
}

function batchOf(ended: BatchResult['ended'], more: Partial<BatchResult> = {}): BatchResult {
  return { ended, look: 1, heldMs: 1_000, lookedAtHeldMs: 1_000, newestCommandId: 0, ...more };
}

describe('a guard', () => {
  it('is watched by a workflow of its own, beside the end of its release, until its rows say that it is over', async () => {
    const { release, outcome, done } = await guardedBy(
      batchOf('over', { last: look('wait') }),
      batchOf('over', { last: look('pass') }),
    );
    expect([release.outcome, outcome]).toEqual(['promoted', 'passed']);
    expect(done).toEqual(['closeGuard', 'closeGuard']);
  });

  it('sees to it that what fails is taken out, whatever became of the batch that found it', async () => {
    const { done } = await guardedBy(batchOf('decided', { last: look('fail', { reason: 'errors worse' }) }));
    expect(done).toEqual(['takeBack errors worse']);
  });

  it('looks on after a worker that died and after blindness, and takes nothing back for them', async () => {
    const { asked, done } = await guardedBy(
      batchOf('blind', { why: 'no gateway' }),
      new Error('lost'),
      batchOf('seeing', { last: look('wait') }),
      batchOf('over', { last: look('wait') }),
    );
    expect(asked.map(({ blind }) => blind)).toEqual([false, true, true, false]);
    expect(done.filter((each) => each !== 'closeGuard')).toEqual([]);
  });
});
