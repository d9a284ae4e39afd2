import type { DashboardEvent } from '../api/types.ts';

/** An event as the leading tab tells it to the others, with when it came: they may hear of it late. */
export interface SharedEvent {
  readonly kind: 'told';
  readonly event: DashboardEvent;
  readonly heardMs: number;
}

/** A tab that has just been opened knows nothing yet. */
interface AskForAll {
  readonly kind: 'ask';
}

export interface Sharing {
  /** The API's events, as long as this tab leads; `false` of `onEvent`: it has to begin anew, with a snapshot. */
  readonly follow: (onEvent: (event: DashboardEvent) => boolean, signal: AbortSignal) => Promise<void>;
  /** Takes an event in; `false` where it does not go on from those before. */
  readonly onEvent: (event: DashboardEvent, heardMs: number) => boolean;
  /** All that is known, as one event, for a tab that asks; undefined where nothing is. */
  readonly snapshot: () => SharedEvent | undefined;
  readonly channel: BroadcastChannel;
  /** Undefined over plain http from another machine, where browsers have none: then each tab follows for itself. */
  readonly locks: LockManager | undefined;
  readonly lockName: string;
  readonly signal: AbortSignal;
}

/**
 * One stream for all tabs of a token: one holds a lock and follows, and tells the others. When it is closed, the browser
 * gives the lock to the next one.
 */
export async function shareEvents(sharing: Sharing): Promise<void> {
  const { channel, follow, onEvent, snapshot, locks, lockName, signal } = sharing;
  let leads = false;
  const ask = () => {
    channel.postMessage({ kind: 'ask' } satisfies AskForAll);
  };
  const listen = ({ data }: MessageEvent<SharedEvent | AskForAll>) => {
    if (data.kind === 'told' && !leads && !onEvent(data.event, data.heardMs)) ask();
    const known = data.kind === 'ask' && leads ? snapshot() : undefined;
    if (known !== undefined) channel.postMessage(known);
  };
  channel.addEventListener('message', listen);
  signal.addEventListener('abort', () => {
    channel.removeEventListener('message', listen);
  });
  ask();
  const lead = async () => {
    leads = true;
    await follow((event) => {
      const heardMs = Date.now();
      channel.postMessage({ kind: 'told', event, heardMs } satisfies SharedEvent);
      return onEvent(event, heardMs);
    }, signal);
  };
  if (locks === undefined) return lead();
  await locks.request(lockName, { signal }, lead).catch((error: unknown) => {
    if (!signal.aborted) throw error;
  });
}
