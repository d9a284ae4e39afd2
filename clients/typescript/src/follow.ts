import { setTimeout as delay } from 'node:timers/promises';
import { readEvents, type SplitEvent } from './events.ts';
import type { Gateways } from './gateways.ts';

/** A gateway says something every second: one that is silent for so long is left for the next one. */
const silentMs = 10_000;
const firstPauseMs = 100;
const longestPauseMs = 5_000;

export interface FollowParts {
  readonly gateways: Pick<Gateways, 'open'>;
  readonly app: string;
  readonly nowMs: () => number;
  readonly take: (event: SplitEvent, openedMs: number) => void;
  readonly onError: (error: unknown) => void;
}

/** Reads the app's split from one gateway after the other, for ever, until `signal` is aborted. */
export async function follow(parts: FollowParts, signal: AbortSignal): Promise<void> {
  let pauseMs = firstPauseMs;
  while (!signal.aborted) {
    try {
      await readOne(parts, signal, () => (pauseMs = firstPauseMs));
    } catch (error) {
      if (isStopped(signal)) return;
      parts.onError(error);
      await delay(pauseMs * (0.5 + Math.random() / 2), undefined, { signal }).catch(() => undefined);
      pauseMs = Math.min(pauseMs * 2, longestPauseMs);
    }
  }
}

/** One stream, to its end. Throws where it breaks. */
async function readOne(
  { gateways, app, nowMs, take }: FollowParts,
  stopped: AbortSignal,
  onHeard: () => void,
): Promise<void> {
  const silence = new AbortController();
  const hush = setTimeout(() => {
    silence.abort(new Error(`The gateway said nothing for ${silentMs / 1_000} s.`));
  }, silentMs);
  const openedMs = nowMs();
  try {
    const signal = AbortSignal.any([stopped, silence.signal]);
    const body = await gateways.open(`/v1/split?app=${encodeURIComponent(app)}`, signal);
    for await (const event of readEvents(body)) {
      hush.refresh();
      onHeard();
      take(event, openedMs);
      if (event.kind === 'end') return;
    }
    throw new Error('The stream of the split broke off.');
  } finally {
    clearTimeout(hush);
  }
}

/** Asked anew: it may have been aborted while something was waited for. */
function isStopped(signal: AbortSignal): boolean {
  return signal.aborted;
}
