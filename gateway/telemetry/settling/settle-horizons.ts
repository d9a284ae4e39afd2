import { horizons, type Horizon } from '../../../domain/guardrail/arm-counts.ts';
import { reportedCounter, reportsAreJudged } from '../../../domain/guardrail/callers-word.ts';
import type { Observer } from '../../../domain/guardrail/guardrail.ts';
import { observersOf } from '../../../domain/guardrail/registry.ts';
import type { RequestCourse } from '../../../domain/guardrail/request-course.ts';
import type { Arm, Counting } from '../../../domain/split/split.ts';
import type { Clock } from '../../clock.ts';
import { onceACounting } from './once-a-counting.ts';
import { settle, type SettlingUnit } from './settle.ts';
import { createSettleQueue } from './settle-queue.ts';

/** What waits for its horizons. It is kept for as long as they are, and there are as many as requests by then. */
interface AtHorizons {
  readonly unit: SettlingUnit;
  readonly looks: HorizonLooks;
  /** What happened to the request so far; once it is over, only what the counters see of that. */
  seen: RequestCourse | Verdicts;
}

/** What requests of one arm are looked at for at their horizons. */
export interface HorizonLooks {
  readonly arm: Arm;
  readonly counting: Counting;
  readonly afterMs: Readonly<Record<Horizon, number>>;
  readonly counters: readonly { readonly counter: string; readonly observer: Observer }[];
  /** One text for the many requests of which it is true. */
  readonly verdicts: Map<Verdicts, Verdicts>;
}

/** By counter, and by horizon in each: `b`ad by then, `g`ood so far, or `-`: no unit. */
type Verdicts = string;

/** Reports that are not judged with the rest are counted apart. */
export function looksOf(counting: Counting, arm: Arm, reported: boolean): HorizonLooks {
  const { own, apart } = looksByArm(counting);
  return reported && !reportsAreJudged(counting) ? apart[arm] : own[arm];
}

const looksByArm = onceACounting((counting) => {
  const looks = (arm: Arm, nameOf: (counter: string) => string): HorizonLooks => ({
    ...{ arm, counting, verdicts: new Map<Verdicts, Verdicts>() },
    afterMs: { short: counting.shortHorizonMs, long: counting.longHorizonMs },
    counters: [...observersOf(counting)]
      .filter(([, observer]) => observer.settlesAfterMs === undefined)
      .map(([name, observer]) => ({ counter: nameOf(name), observer })),
  });
  const byArm = (nameOf: (counter: string) => string): Readonly<Record<Arm, HorizonLooks>> => ({
    stable: looks('stable', nameOf),
    candidate: looks('candidate', nameOf),
  });
  return { own: byArm((name) => name), apart: byArm(reportedCounter) };
});

/** What the counters see of a course that is over is kept in its stead. */
function conclude(waiting: AtHorizons, course: RequestCourse): void {
  const { verdicts } = waiting.looks;
  const text = verdictsOf(waiting.looks, course);
  waiting.seen = verdicts.get(text) ?? text;
  if (!verdicts.has(text)) verdicts.set(text, text);
}

function verdictsOf({ arm, afterMs, counters }: HorizonLooks, course: RequestCourse): Verdicts {
  let text = '';
  for (const { observer } of counters) {
    const badAfterMs = observer.badAfterMs(course, arm);
    for (const horizon of horizons) {
      const isNoUnit = badAfterMs === undefined || (horizon === 'short' && observer.onlyLong === true);
      // What happened later is not looked at.
      text += isNoUnit ? '-' : badAfterMs <= afterMs[horizon] ? 'b' : 'g';
    }
  }
  return text;
}

export interface HorizonWait {
  readonly unit: SettlingUnit;
  readonly looks: HorizonLooks;
  readonly course: RequestCourse;
  /** Monotonic. */
  readonly startedMs: number;
  /** For both horizons at the long one. */
  readonly atLong: boolean;
}

/** Begins to wait. What it returns is to be called once the course is over, and after each change that it has then. */
export type WaitForHorizons = (wait: HorizonWait) => () => void;

/** A request enters the counts at each horizon, as bad where it was bad by then. */
export function createHorizons(clock: Clock): WaitForHorizons {
  const queues = horizons.map((horizon) => ({
    horizon,
    settleLater: createSettleQueue<AtHorizons>(clock, (waiting) => {
      settleAt(horizon, waiting);
    }),
  }));
  return ({ unit, looks, course, startedMs, atLong }) => {
    const waiting: AtHorizons = { unit, looks, seen: course };
    const { afterMs } = looks;
    for (const { horizon, settleLater } of queues)
      settleLater(startedMs + (atLong ? afterMs.long : afterMs[horizon]), waiting);
    return () => {
      conclude(waiting, course);
    };
  };
}

function settleAt(horizon: Horizon, { unit, looks, seen }: AtHorizons): void {
  (unit.touch().settled ??= { short: 0, long: 0 })[horizon] += 1;
  const { arm, counting, counters } = looks;
  const verdicts = typeof seen === 'string' ? seen : verdictsOf(looks, seen);
  let at = horizons.indexOf(horizon);
  for (const { counter, observer } of counters) {
    const verdict = verdicts[at];
    at += horizons.length;
    if (verdict !== '-') settle(unit, { arm, counting, counter, observer, horizon, bad: verdict === 'b' });
  }
}
