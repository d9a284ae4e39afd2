import { setTimeout as delay } from 'node:timers/promises';
import type { DemoWorld } from '../../../examples/demo/world.ts';
import type { CuttableProxy } from '../../support/cuttable-proxy.ts';

interface Fault {
  readonly name: string;
  begin(): Promise<void> | void;
  end(): Promise<void> | void;
}

/** What is done to the stack: its worker is killed, the way to the API is cut, the API stands still, or is killed. */
function faultsOf({ stack }: DemoWorld, way: CuttableProxy): readonly [Fault, ...Fault[]] {
  const { api, worker } = stack;
  return [
    { name: 'worker killed', begin: () => worker.kill(), end: () => worker.start() },
    { name: 'way cut', begin: () => way.cut(), end: () => way.mend() },
    {
      name: 'API stalled',
      begin: () => {
        process.kill(api.pid(), 'SIGSTOP');
      },
      end: () => {
        process.kill(api.pid(), 'SIGCONT');
      },
    },
    { name: 'API killed', begin: () => api.kill(), end: () => api.start() },
  ];
}

const lengthsMs = [1_000, 4_000, 12_000, 60_000];

export interface FaultsAtWork {
  /** How often each was there. */
  readonly counts: Readonly<Record<string, number>>;
  /** The first, which nobody is to disturb, is over. */
  readonly isFirstOver: () => boolean;
  /** Resolves once all is mended. */
  stop(): Promise<void>;
}

/**
 * Has one fault after the other until it is stopped. The first is a worker that is killed for a minute: long enough for
 * what is known of a release to be too old, where nobody decides anything meanwhile.
 */
export function startFaults(world: DemoWorld, way: CuttableProxy, random: () => number): FaultsAtWork {
  const over = new AbortController();
  const counts: Record<string, number> = {};
  let isFirstOver = false;
  const pause = (ms: number) => delay(ms, undefined, { signal: over.signal }).catch(() => undefined);
  const faults = faultsOf(world, way);
  const [first] = faults;
  const have = async (fault: Fault, ms: number) => {
    counts[fault.name] = (counts[fault.name] ?? 0) + 1;
    await fault.begin();
    await pause(ms);
    await fault.end();
  };
  const ended = (async () => {
    await have(first, 60_000);
    isFirstOver = true;
    for (;;) {
      await pause(3_000 + random() * 10_000);
      if (isOver(over.signal)) return;
      const fault = faults[Math.floor(random() * faults.length)] ?? first;
      await have(fault, lengthsMs[Math.floor(random() * lengthsMs.length)] ?? 1_000);
    }
  })();
  return {
    counts,
    isFirstOver: () => isFirstOver,
    async stop() {
      over.abort();
      await ended;
    },
  };
}

/** The compiler believes that it still sees the value from before what was awaited. */
function isOver(signal: AbortSignal): boolean {
  return signal.aborted;
}
