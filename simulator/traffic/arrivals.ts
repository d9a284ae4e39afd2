export interface Arrivals {
  /** From now on, per second; 0 pauses. Nothing once it is stopped. */
  setRate(ratePerSecond: number): void;
  stop(): void;
}

/**
 * A Poisson process in real time: calls `onArrival` at exponential intervals and waits for nothing else.
 * Arrivals that a busy event loop made late are all made up for at once, as callers would come.
 */
export function startArrivals(ratePerSecond: number, random: () => number, onArrival: () => void): Arrivals {
  let rate = ratePerSecond;
  let nextAt = performance.now();
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;
  const interval = (): number => (-Math.log(1 - random()) * 1000) / rate;
  const schedule = (): void => {
    timer = setTimeout(arrive, Math.max(0, nextAt - performance.now()));
  };
  const arrive = (): void => {
    while (nextAt <= performance.now()) {
      onArrival();
      nextAt += interval();
    }
    schedule();
  };
  const restart = (): void => {
    clearTimeout(timer);
    if (rate <= 0) return;
    nextAt = performance.now() + interval();
    schedule();
  };
  restart();
  return {
    setRate(next) {
      if (stopped) return;
      rate = next;
      restart();
    },
    stop() {
      stopped = true;
      clearTimeout(timer);
    },
  };
}
