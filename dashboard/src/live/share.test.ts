import type { DashboardEvent } from '../api/types.ts';
import { waitFor } from '../../../tests/support/wait-for.ts';
import { shareEvents, type SharedEvent } from './share.ts';

const beat = (sequence: number): DashboardEvent => ({
  ...{ kind: 'heartbeat', sequence, at: '2026-11-23T14:20:31.000Z', dataAgeMs: 0 },
});

/** A browser's locks, as far as tabs need them: one at a time, the next one when it is let go. */
function locks() {
  let last: Promise<unknown> = Promise.resolve();
  const request = (_name: string, { signal }: { signal: AbortSignal }, work: () => Promise<void>) => {
    const turn = last.then(() => (signal.aborted ? undefined : work()));
    last = turn;
    return turn;
  };
  return { request } as unknown as LockManager;
}

function openTab(shared: LockManager | undefined, accepts: () => boolean = () => true) {
  const stopping = new AbortController();
  const heard: number[] = [];
  const waiting: (() => void)[] = [];
  let tell: ((event: DashboardEvent) => boolean) | undefined;
  const channel = new BroadcastChannel('test');
  const snapshot = { kind: 'told', event: beat(99), heardMs: 1 } satisfies SharedEvent;
  const ended = shareEvents({
    follow: (onEvent, signal) => {
      tell = onEvent;
      for (const wake of waiting) wake();
      return new Promise((resolve) => {
        signal.addEventListener('abort', () => {
          resolve();
        });
      });
    },
    onEvent: (event) => {
      heard.push(event.sequence);
      return accepts();
    },
    snapshot: () => snapshot,
    ...{ channel, locks: shared, lockName: 'test', signal: stopping.signal },
  });
  return {
    heard,
    leads: () =>
      tell === undefined
        ? new Promise<void>((resolve) => {
            waiting.push(resolve);
          })
        : Promise.resolve(),
    isLeader: () => tell !== undefined,
    tell: (event: DashboardEvent) => tell?.(event),
    close: async () => {
      stopping.abort();
      await ended;
      channel.close();
    },
  };
}

const heardBy = (tab: ReturnType<typeof openTab>, numbers: readonly number[]) =>
  waitFor(() => JSON.stringify(tab.heard) === JSON.stringify(numbers), {
    what: `${numbers.join(', ')} in a tab`,
  });

it('has one tab follow, which tells the others, and another one when it is closed', async () => {
  const shared = locks();
  const first = openTab(shared);
  await first.leads();
  const second = openTab(shared);
  await heardBy(second, [99]);
  first.tell(beat(1));
  await heardBy(second, [99, 1]);
  expect([first.heard, second.isLeader()]).toEqual([[1], false]);
  await first.close();
  await second.leads();
  second.tell(beat(2));
  expect(second.heard).toEqual([99, 1, 2]);
  await second.close();
});

it('asks for all that is known where something was missed', async () => {
  const shared = locks();
  const first = openTab(shared);
  await first.leads();
  const second = openTab(shared, () => second.heard.at(-1) === 99);
  await heardBy(second, [99]);
  first.tell(beat(5));
  await heardBy(second, [99, 5, 99]);
  await Promise.all([first.close(), second.close()]);
});

it('has each tab follow for itself where the browser has no locks', async () => {
  const tabs = [openTab(undefined), openTab(undefined)];
  await Promise.all(tabs.map((tab) => tab.leads()));
  expect(tabs.every((tab) => tab.isLeader())).toBe(true);
  await Promise.all(tabs.map((tab) => tab.close()));
});
