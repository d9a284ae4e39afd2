import { ApplicationFailure, CancelledFailure, TimeoutFailure } from '@temporalio/common';
import { msToNumber } from '@temporalio/common/lib/time.js';
import type { Random } from '../random.ts';
import type { Scheduler } from '../scheduler.ts';
import type { ActivityCall, Call } from './run.ts';

/** One attempt of an activity, as the code of it sees it. */
export interface ActivityAttempt {
  /** Waits for something that takes time; never ends where the worker has died meanwhile. */
  pause(ms: number): Promise<void>;
  readonly signal: AbortSignal;
  /** Since the first attempt was scheduled. */
  askedForMs(): number;
  beat(details: unknown): void;
}

export type Activities = Record<string, (args: never, attempt: ActivityAttempt) => Promise<unknown>>;

export interface PlayedActivityParts {
  readonly scheduler: Scheduler;
  readonly random: Random;
  readonly activities: Activities;
  /** Of the worker: another one after each death. */
  readonly boot: () => number;
  readonly isServerUp: () => boolean;
  /** The share of attempts whose answer never arrives. */
  readonly lossRate: () => number;
  /** Now, or as soon as there are a server and a worker. */
  readonly carry: (go: () => void) => void;
  /** Right before an attempt does its work. */
  readonly beforeWork: () => void;
}

interface Calling {
  readonly call: ActivityCall;
  readonly parts: PlayedActivityParts;
  readonly scheduledMs: number;
  readonly cancelled: AbortController;
  readonly result: PromiseWithResolvers<unknown>;
}

const usualRetry = { initialInterval: 1_000, backoffCoefficient: 2, maximumInterval: 100_000 };
const usualTimeoutMs = 10_000;

/** Attempts an activity until it has answered, fails for good, or may not be tried again. */
export function startActivity(call: ActivityCall, parts: PlayedActivityParts): Call {
  const calling = {
    ...{ call, parts, scheduledMs: parts.scheduler.nowMs() },
    ...{ cancelled: new AbortController(), result: Promise.withResolvers<unknown>() },
  };
  // Nobody may wait for it any more.
  calling.result.promise.catch(() => undefined);
  attemptSoon(calling, 1);
  return {
    result: calling.result.promise,
    cancel: () => {
      calling.cancelled.abort();
    },
  };
}

function attemptSoon(calling: Calling, number: number): void {
  const { scheduler, random, carry } = calling.parts;
  scheduler.after(random.between(1, 20), () => {
    carry(() => {
      attempt(calling, number);
    });
  });
}

function tryAgain(calling: Calling, number: number, why: Error): void {
  const { call, cancelled, result, parts } = calling;
  const retry = { ...usualRetry, ...call.options.retry };
  const isFinal = why instanceof ApplicationFailure && why.nonRetryable === true;
  if (cancelled.signal.aborted) {
    result.reject(new CancelledFailure('cancelled'));
    return;
  }
  if (isFinal || number >= (retry.maximumAttempts ?? Infinity)) {
    result.reject(why);
    return;
  }
  const growingMs = msToNumber(retry.initialInterval) * retry.backoffCoefficient ** (number - 1);
  parts.scheduler.after(Math.min(msToNumber(retry.maximumInterval), growingMs), () => {
    parts.carry(() => {
      attemptSoon(calling, number + 1);
    });
  });
}

/** One attempt: it may go on, and write, when Temporal has long given it up. */
function attempt(calling: Calling, number: number): void {
  const { call, parts, cancelled, result } = calling;
  const { scheduler, random, activities, boot, isServerUp, lossRate, carry } = parts;
  const ownBoot = boot();
  const watch = watchdog(scheduler, call, (heartbeat) => {
    carry(() => {
      tryAgain(calling, number, new TimeoutFailure('Activity task timed out', heartbeat, 'HEARTBEAT'));
    });
  });
  const answer = (deliver: () => void): void => {
    if (random.chance(lossRate())) return;
    scheduler.after(random.between(1, 10), () => {
      if (watch.end()) carry(deliver);
    });
  };
  parts.beforeWork();
  const code = activities[call.name];
  if (code === undefined) throw new Error(`The simulation has no activity ${call.name}.`);
  const own: ActivityAttempt = {
    signal: cancelled.signal,
    askedForMs: () => scheduler.nowMs() - calling.scheduledMs,
    beat: (details) => {
      if (ownBoot === boot() && isServerUp()) watch.beat(details);
    },
    pause: (ms) =>
      new Promise((resolve) => {
        scheduler.after(ms, () => {
          if (ownBoot === boot()) resolve();
        });
      }),
  };
  code(call.args[0] as never, own).then(
    (value) => {
      answer(() => {
        result.resolve(value);
      });
    },
    (error: unknown) => {
      answer(() => {
        tryAgain(calling, number, error instanceof Error ? error : new Error(String(error)));
      });
    },
  );
}

interface Watchdog {
  beat(details: unknown): void;
  /** False where it has been given up, or has ended, before. */
  end(): boolean;
}

/** Gives an attempt up that has said nothing for its time. */
function watchdog(
  scheduler: Scheduler,
  { options }: ActivityCall,
  giveUp: (heartbeat: unknown) => void,
): Watchdog {
  const timeoutMs = msToNumber(options.heartbeatTimeout ?? options.startToCloseTimeout ?? usualTimeoutMs);
  let heartbeat: unknown;
  let isOver = false;
  const wait = (): (() => void) =>
    scheduler.after(timeoutMs, () => {
      isOver = true;
      giveUp(heartbeat);
    });
  let stop = wait();
  return {
    beat(details) {
      if (isOver) return;
      heartbeat = details ?? heartbeat;
      stop();
      stop = wait();
    },
    end() {
      if (isOver) return false;
      isOver = true;
      stop();
      return true;
    },
  };
}
