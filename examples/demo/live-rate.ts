import type { AnswerRecord } from '../../simulator/traffic/answer-record.ts';
import type { Traffic } from '../../simulator/traffic/traffic.ts';

const windowMs = 4_000;
/** Below it every wait of the journey gets too long; a machine that cannot do this is too slow for the demo. */
const slowestRate = 10;
/** Answers take a quarter to half of it where the machine keeps up: the provider simulator's own latency. */
const overloadedMs = 900;
/** Fewer say nothing. */
const enoughAnswers = 20;

/**
 * The rate of live traffic for the next seconds. It begins low and doubles while the machine keeps up; it is halved,
 * and stays so, as soon as it does not. Arrivals do not wait for answers, so a machine that is too slow (two demos at
 * once, a busy CI runner) would pile up requests until time-outs fail them, which says nothing about any revision.
 *
 * @param ratePerSecond the present rate
 * @param ceiling what was asked for, or what the machine has shown that it can do
 * @param recent answers that ended lately; those of a candidate are left aside, slow ones are its own
 */
export function sustainableRate(
  ratePerSecond: number,
  ceiling: number,
  recent: readonly AnswerRecord[],
): number {
  const took = recent
    .filter(({ arm }) => arm !== 'candidate')
    .map(({ startedAtMs, endedAtMs }) => endedAtMs - startedAtMs)
    .sort((a, b) => a - b);
  const median = took[Math.floor(took.length / 2)];
  if (median === undefined || took.length < enoughAnswers) return ratePerSecond;
  if (median < overloadedMs) return Math.min(ceiling, ratePerSecond * 2);
  return Math.min(ratePerSecond, Math.max(slowestRate, Math.ceil(ratePerSecond / 2)));
}

/** A rate that a machine keeps up with. */
export interface KeptRate {
  ratePerSecond(): number;
  /** From here on no more than that. */
  limit(ratePerSecond: number): void;
}

/** Starts live traffic, raises it to a rate, and lowers it as long as the machine does not keep up. */
export function keepUp(
  traffic: Traffic,
  ratePerSecond: number,
  onLowered: (ratePerSecond: number) => void,
): KeptRate {
  let ceiling = ratePerSecond;
  let rate = Math.min(ratePerSecond, slowestRate);
  traffic.setRate(rate);
  let changedAtMs = Date.now();
  const change = (next: number) => {
    rate = next;
    changedAtMs = Date.now();
    traffic.setRate(rate);
  };
  const timer = setInterval(() => {
    const endedSince = Date.now() - windowMs;
    const next = sustainableRate(
      rate,
      ceiling,
      traffic
        .records()
        .filter(({ startedAtMs, endedAtMs }) => startedAtMs >= changedAtMs && endedAtMs >= endedSince),
    );
    if (next === rate) return;
    if (next < rate) {
      ceiling = next;
      onLowered(next);
    }
    change(next);
  }, windowMs / 2);
  timer.unref();
  return {
    ratePerSecond: () => rate,
    limit(most) {
      ceiling = Math.min(ceiling, most);
      if (rate > ceiling) change(ceiling);
    },
  };
}
