import { randomUUID } from 'node:crypto';
import type { RaiseResult } from '../../activities/split/contract.ts';
import { waitFor } from '../../tests/support/wait-for.ts';
import { resumeSignal, statusQuery, wakeSignal } from '../messages.ts';
import { endOf } from '../test-fixtures/end-of.ts';
import { useReleaseRunner, type ReleaseHandle } from '../test-fixtures/release-runner.ts';
import { scriptActivities, type Script } from '../test-fixtures/scripted-activities.ts';
import { askEveryMs } from '../test-fixtures/short-words.ts';

const runner = useReleaseRunner();
// Whole releases, two in one test: on a busy machine each step of theirs takes seconds.
jest.setTimeout(180_000);
const says = 'approval of canary-100: 0 of 1';

/** A world in which a step has to be approved first. */
function unapproved(app: string, weight: number, more: { untilMs?: number } = {}) {
  let approved = false;
  let asked = 0;
  const script: Script = scriptActivities({
    app,
    activities: (made) => ({
      writeStep: (step): Promise<RaiseResult> => {
        if (step.weight === weight && !approved) {
          asked += 1;
          return Promise.resolve({
            kind: 'waiting',
            on: more.untilMs === undefined ? 'approval' : 'freeze',
            says,
            ...more,
          });
        }
        if (made.state !== 'progressing')
          return Promise.resolve({ kind: 'not-progressing', state: made.state });
        made.splitVersion += 1;
        return Promise.resolve({ kind: 'written', version: made.splitVersion });
      },
    }),
  });
  return { script, approve: () => (approved = true), asked: () => asked };
}

const untilWaiting = (handle: ReleaseHandle) =>
  waitFor(async () => (await handle.query(statusQuery)).waitingFor === says, {
    what: 'it to wait',
    intervalMs: askEveryMs,
  });

it.concurrent.each([
  ['its first share', 5],
  ['a larger share, measured on at the one that it has', 95],
])('waits for approval of %s, and goes on when somebody who gave it wakes it', async (_what, weight) => {
  const app = `app-${randomUUID().slice(0, 8)}`;
  const { script, approve, asked } = unapproved(app, weight);
  await runner.run(script.activities, { app }, async (handle) => {
    await untilWaiting(handle);
    // What Temporal says approves nothing: it looks again, and waits on.
    const before = asked();
    await handle.signal(resumeSignal);
    await handle.signal(wakeSignal);
    await waitFor(() => asked() > before, { what: 'it to look again' });
    await untilWaiting(handle);
    approve();
    await handle.signal(wakeSignal);
    expect((await endOf(handle)).outcome).toBe('promoted');
  });
});

it.concurrent.each([
  ['nobody approves', 'approval' as const, 'approved'],
  // As by an alarm of the stable watch; the calendar says when it ends.
  ['a freeze has no end', 'freeze' as const, 'it waited for'],
])('is taken back where %s for as long as a pause may last', async (_what, on, why) => {
  const app = `app-${randomUUID().slice(0, 8)}`;
  const writeStep = (): Promise<RaiseResult> => Promise.resolve({ kind: 'waiting', on, says });
  const script = scriptActivities({ app, course: { maxPauseMs: 1_000 }, activities: () => ({ writeStep }) });
  await runner.run(script.activities, { app }, async (handle) => {
    await untilWaiting(handle);
    const isOver = async () => {
      await handle.signal(wakeSignal);
      return false;
    };
    // It looks again whenever it is woken, until it has ended and hears nothing any more.
    await waitFor(() => isOver().catch(() => true), { what: 'it to give up', intervalMs: 200 });
    expect(await endOf(handle)).toMatchObject({
      outcome: 'rolled_back',
      reason: expect.stringContaining(why) as unknown,
    });
  });
});

it.concurrent('goes on by itself when a freeze ends, and is aborted while it waits', async () => {
  const app = `app-${randomUUID().slice(0, 8)}`;
  const frozen = unapproved(app, 5, { untilMs: Date.now() + 3_000 });
  await runner.run(frozen.script.activities, { app }, async (handle) => {
    await untilWaiting(handle);
    frozen.approve();
    expect((await endOf(handle)).outcome).toBe('promoted');
  });
  const other = `app-${randomUUID().slice(0, 8)}`;
  const waiting = unapproved(other, 5);
  await runner.run(waiting.script.activities, { app: other }, async (handle) => {
    await untilWaiting(handle);
    waiting.script.command('abort');
    await handle.signal(wakeSignal);
    expect((await endOf(handle)).outcome).toBe('aborted');
  });
});
