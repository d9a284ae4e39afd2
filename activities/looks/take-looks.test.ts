import type { BatchArgs, LookArgs, LookResult } from './contract.ts';
import { takeLooks, type BatchParts } from './take-looks.ts';

const args: BatchArgs = {
  ...{ releaseId: 'rel_1', firstRunId: 'run_1', stage: 'canary-100', splitVersion: 9, weight: 95 },
  ...{ holdMs: 3_600_000, deadlineMs: 7_200_000, minExposures: 50, promote: false },
  ...{ look: 4, heldMs: 60_000, lookedAtHeldMs: 50_000, clockRuns: true, holds: false },
  ...{ blind: false, blindIntervalMs: 2_000, leaseMs: 60_000, seenCommandId: 3, forMs: 300_000 },
};

/** A world whose time passes only where a batch waits, with what a look finds at each moment. */
function world(find: (atMs: number, look: LookArgs) => Partial<LookResult> | Error, exposedPerSecond = 0) {
  const played = {
    ...{ nowMs: 0, withdrawn: [] as string[], newestCommandId: 3, splitVersion: 9 },
    looks: [] as { atMs: number; args: LookArgs }[],
    stop: new AbortController(),
  };
  const exposed = () => Math.floor((played.nowMs / 1_000) * exposedPerSecond);
  const parts: BatchParts = {
    takeLook: (look) => {
      played.looks.push({ atMs: played.nowMs, args: look });
      const found = find(played.nowMs, look);
      if (found instanceof Error) return Promise.reject(found);
      const exposures = { candidate: exposed(), stable: 10 };
      const nothing = { verdict: 'wait' as const, reason: 'so far', guardrails: [], unreadCommands: false };
      return Promise.resolve({ ...nothing, exposures, ...found });
    },
    readDue: () => {
      const { splitVersion, newestCommandId } = played;
      return Promise.resolve({ splitVersion, newestCommandId, state: 'progressing', exposed: exposed() });
    },
    withdraw: (reason) => {
      played.withdrawn.push(reason);
      return Promise.resolve();
    },
    beat: () => undefined,
    nowMs: () => played.nowMs,
    wait: (ms) => {
      played.nowMs += ms;
      return Promise.resolve();
    },
    signal: played.stop.signal,
  };
  return { played, take: (more: Partial<BatchArgs> = {}) => takeLooks(parts, { ...args, ...more }) };
}

const gaps = (looks: { atMs: number }[]) => looks.slice(1).map(({ atMs }, i) => atMs - (looks[i]?.atMs ?? 0));

describe('a batch of looks', () => {
  it('looks every 15 s in the bake of an hour where nobody calls, and ends after five minutes', async () => {
    const { played, take } = world(() => ({}));
    const result = await take();
    expect(new Set(gaps(played.looks))).toEqual(new Set([15_000]));
    expect(result).toMatchObject({ ended: 'over', look: 4 + 20, heldMs: 360_000 });
    expect(played.looks.map(({ args: each }) => each.elapsedMs).slice(0, 3)).toEqual([
      10_000, 15_000, 15_000,
    ]);
    expect(Math.max(...played.looks.map(({ args: each }) => each.leaseMs))).toBe(75_000);
  });

  it('looks every 30 s in a pause, holds its clock, and lets the candidate live for 90 s at most', async () => {
    const { played, take } = world(() => ({ verdict: 'pass' }));
    const result = await take({ pausedMs: 600_000, holds: true, clockRuns: false });
    expect(new Set(gaps(played.looks))).toEqual(new Set([30_000]));
    expect(result).toMatchObject({ ended: 'over', heldMs: 60_000 });
    expect(played.looks[0]?.args.leaseMs).toBe(90_000);
  });

  it('closes a look by exposures before its time: a busy candidate that fails is found within seconds', async () => {
    const { played, take } = world(
      (atMs) => (atMs >= 1_000 ? { verdict: 'fail', reason: 'errors' } : {}),
      40,
    );
    expect(await take()).toMatchObject({ ended: 'decided', last: { verdict: 'fail' } });
    expect(played).toMatchObject({ nowMs: 1_000, withdrawn: ['errors'] });
  });

  it('looks about as often by number on ten times the traffic: a busy hour has no thousands of looks', async () => {
    const { played, take } = world(() => ({}), 1_000);
    await take();
    expect(played.looks.length).toBeLessThan(60);
  });

  it('takes a candidate out by itself that fails, and one that alarms while nothing can be compared', async () => {
    const alarm = () => ({ verdict: 'alarm' as const, reason: 'too many' });
    const paused = world(alarm);
    expect(await paused.take({ holds: true })).toMatchObject({ last: { verdict: 'fail' } });
    expect(paused.played.withdrawn).toEqual(['too many, and a paused release cannot be compared']);
    const progressing = world(alarm);
    expect(await progressing.take()).toMatchObject({ ended: 'decided', last: { verdict: 'alarm' } });
    expect(progressing.played.withdrawn).toEqual([]);
  });

  it.each(['pass', 'inconclusive', 'superseded'] as const)(
    'ends with %s, and takes nothing out',
    async (verdict) => {
      const { played, take } = world((atMs) => (atMs >= 30_000 ? { verdict } : {}));
      expect(await take()).toMatchObject({ ended: 'decided', last: { verdict } });
      expect(played.withdrawn).toEqual([]);
    },
  );

  it('ends for a command that the workflow does not know of, and at once when it is told to', async () => {
    const decided = world(() => ({}));
    decided.played.newestCommandId = 4;
    expect(await decided.take()).toMatchObject({ ended: 'interrupted', newestCommandId: 4 });
    expect(decided.played.nowMs).toBe(1_000);
    const stopped = world(() => ({}));
    stopped.played.stop.abort();
    expect(await stopped.take()).toMatchObject({ ended: 'interrupted' });
  });

  it('ends blind where nothing can be measured, tries every 2 s then, and ends when it sees again', async () => {
    const broken = new Error('No gateway is alive.');
    const { played, take } = world((atMs) => (atMs < 9_000 ? broken : {}));
    expect(await take()).toMatchObject({ ended: 'blind', why: 'No gateway is alive.', look: 4 });
    expect(played.nowMs).toBe(0);
    const result = await take({ blind: true, clockRuns: false });
    expect(result).toMatchObject({ ended: 'seeing', look: 5, heldMs: 60_000 });
    expect(gaps(played.looks.slice(1))).toEqual([2_000, 2_000, 2_000, 2_000, 2_000]);
  });

  it('looks at once where the split has moved', async () => {
    const { played, take } = world((_, { look }) => (look > 4 ? { verdict: 'superseded' } : {}));
    played.splitVersion = 10;
    await take();
    expect(played.nowMs).toBe(1_000);
  });
});
