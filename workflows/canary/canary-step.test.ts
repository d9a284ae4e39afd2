import { waitFor } from '../../tests/support/wait-for.ts';
import { pauseSignal, statusQuery, wakeSignal } from '../messages.ts';
import { endOf } from '../test-fixtures/end-of.ts';
import { useReleaseRunner } from '../test-fixtures/release-runner.ts';
import {
  brokenMeasurement,
  look,
  passWhenHeld,
  scriptActivities,
} from '../test-fixtures/scripted-activities.ts';
import { askEveryMs, holding, newApp, untilLooking, untilPaused } from '../test-fixtures/short-words.ts';

const runner = useReleaseRunner();

describe('a step of the canary', () => {
  it.concurrent('is taken back when a guardrail fails', async () => {
    const app = newApp();
    const takeLook = () => Promise.resolve(look('fail', { reason: 'errors worse than stable' }));
    const script = scriptActivities({ app, activities: () => ({ takeLook }) });
    const result = await runner.run(script.activities, { app }, endOf, { history: 'rolled-back' });
    expect(result).toEqual({ outcome: 'rolled_back', reason: 'errors worse than stable' });
    expect(script.calls.slice(-3)).toEqual([
      ...['writeStep 5', 'withdrawCandidate', 'closeRelease rolled_back'],
    ]);
  });

  it.concurrent('withdraws the candidate however often that fails at first', async () => {
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
    const result = await runner.run(script.activities, { app }, endOf);
    expect([result.outcome, attempts]).toEqual(['rolled_back', 4]);
  });

  it.concurrent('ends as superseded when somebody else has written the split', async () => {
    const app = newApp();
    const takeLook = () => Promise.resolve(look('superseded', { reason: 'the split moved to version 12' }));
    const script = scriptActivities({ app, activities: () => ({ takeLook }) });
    const result = await runner.run(script.activities, { app }, endOf, { history: 'superseded' });
    expect(result).toEqual({ outcome: 'superseded', reason: 'the split moved to version 12' });
  });

  it.concurrent('is superseded as well when its write finds another version', async () => {
    const app = newApp();
    const writeStep = () => Promise.resolve({ kind: 'moved' as const, version: 12 });
    const script = scriptActivities({ app, activities: () => ({ writeStep }) });
    const result = await runner.run(script.activities, { app }, endOf);
    expect(result).toEqual({ outcome: 'superseded', reason: 'the split moved to version 12' });
  });

  it.concurrent('is taken back when a gateway refuses it, without waiting for the next look', async () => {
    const app = newApp();
    const awaitAcks = () =>
      Promise.resolve({ kind: 'refused' as const, gateway: 'gw-1', reason: 'no such index' });
    const script = scriptActivities({ app, activities: () => ({ ...holding(), awaitAcks }) });
    const result = await runner.run(script.activities, { app }, endOf, { history: 'refused' });
    expect(result).toEqual({
      outcome: 'rolled_back',
      reason: 'gateway gw-1 refuses the candidate: no such index',
    });
  });

  it.concurrent(
    'does not run its hold clock before every gateway serves it, and names those that do not',
    async () => {
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
    },
  );

  it.concurrent('holds while nothing can be measured, and goes on when it can again', async () => {
    const app = newApp();
    let broken = 3;
    const script = scriptActivities({
      app,
      activities: () => ({
        takeLook: (args) =>
          broken-- > 0 ? Promise.reject(brokenMeasurement()) : Promise.resolve(look(passWhenHeld(args))),
      }),
    });
    const result = await runner.run(script.activities, { app }, endOf, { history: 'blind-for-a-while' });
    expect(result.outcome).toBe('promoted');
    expect(script.looks.slice(0, 4).map((args) => args.look)).toEqual([0, 0, 0, 0]);
  });

  it.concurrent('is taken back after maxBlind without a valid measurement', async () => {
    const app = newApp();
    const takeLook = () => Promise.reject(brokenMeasurement());
    const script = scriptActivities({ app, course: { maxBlindMs: 600 }, activities: () => ({ takeLook }) });
    const result = await runner.run(script.activities, { app }, endOf, { history: 'blind' });
    expect(result.outcome).toBe('rolled_back');
    expect(result.reason).toContain('no valid measurement');
    expect(script.stages.at(-1)).toEqual({ stage: 'canary-5', outcome: 'error' });
  });

  it.concurrent(
    'starts a step again at a new version where too much of it is unknown, and goes on',
    async () => {
      const app = newApp();
      let unknown = 1;
      const script = scriptActivities({
        app,
        activities: () => ({
          takeLook: (args) =>
            Promise.resolve(args.heldMs > 100 && unknown-- > 0 ? look('again') : look(passWhenHeld(args))),
        }),
      });
      const result = await runner.run(script.activities, { app }, endOf, { history: 'started-again' });
      expect(result.outcome).toBe('promoted');
      expect(script.calls.filter((call) => call === 'writeStep 5')).toHaveLength(2);
      const versions = script.looks
        .filter(({ stage }) => stage === 'canary-5')
        .map((args) => args.splitVersion);
      expect(new Set(versions).size).toBe(2);
      const first = script.looks.find(({ splitVersion }) => splitVersion === versions.at(-1));
      expect(first).toMatchObject({ heldMs: 0, elapsedMs: 0 });
    },
  );

  it.concurrent(
    'is taken back, and not condemned, where a step starts again and again for maxBlind',
    async () => {
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
      const result = await runner.run(script.activities, { app }, endOf);
      expect(result).toMatchObject({
        outcome: 'rolled_back',
        reason: expect.stringContaining('could not be measured') as string,
      });
      expect(condemned).toEqual([false]);
    },
  );

  it.concurrent('asks people when it cannot be decided, and promotes on their word', async () => {
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
            { what: `${stage} to be paused`, intervalMs: askEveryMs },
          );
          script.command('promote');
          await handle.signal(wakeSignal);
        }
        expect((await endOf(handle)).outcome).toBe('promoted');
      },
      { history: 'promoted-by-command' },
    );
  });

  it.concurrent(
    'records a promotion as an override with what had been shown, for the stage that it was given for alone',
    async () => {
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
    },
  );

  it.concurrent('rolls back where the plan says so and it cannot be decided', async () => {
    const app = newApp();
    const takeLook = () => Promise.resolve(look('inconclusive', { reason: '3 of 50 requests' }));
    const script = scriptActivities({
      app,
      course: { onInconclusive: 'rollback' },
      activities: () => ({ takeLook }),
    });
    const result = await runner.run(script.activities, { app }, endOf, { history: 'inconclusive-step' });
    expect(result).toEqual({ outcome: 'rolled_back', reason: '3 of 50 requests' });
  });

  it.concurrent(
    'pauses, and rolls nothing back, where it is callers who keep it from being decided',
    async () => {
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
    },
  );

  it.concurrent('never promotes over a failed guardrail (invariant 13)', async () => {
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

  it.concurrent('is compared with stable at 50 % when an absolute bound alarms at 100 %', async () => {
    const app = newApp();
    const script = scriptActivities({
      app,
      activities: () => ({
        takeLook: (args) => Promise.resolve(look(args.weight === 100 ? 'alarm' : passWhenHeld(args))),
      }),
    });
    const result = await runner.run(script.activities, { app }, endOf, { history: 'alarm-at-100' });
    expect(result.outcome).toBe('promoted');
    expect(script.calls.filter((call) => call.startsWith('writeStep'))).toEqual([
      ...['writeStep 5', 'writeStep 95', 'writeStep 100', 'writeStep 50'],
    ]);
  });
});

it.concurrent(
  'takes a paused release back on an alarm at 100 %: a pause forbids the comparison',
  async () => {
    const app = newApp();
    let alarming = false;
    const script = scriptActivities({
      app,
      activities: () => ({
        takeLook: (args) =>
          Promise.resolve(
            look(args.weight < 100 ? passWhenHeld(args) : alarming ? 'alarm' : 'wait', {
              reason: 'too many',
            }),
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
  },
);

it.concurrent('does not take a promotion of the step that alarmed for one of the comparison', async () => {
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
