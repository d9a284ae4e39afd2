import type { CountedArm } from '../../config-store/gateway-view/types.ts';
import { reportedCounter, reportsAreJudged } from '../../domain/guardrail/callers-word.ts';
import type { Observer } from '../../domain/guardrail/guardrail.ts';
import { observersOf } from '../../domain/guardrail/registry.ts';
import type { RequestCourse } from '../../domain/guardrail/request-course.ts';
import type { Arm, Counting } from '../../domain/split/split.ts';
import { onceACounting } from '../telemetry/settling/once-a-counting.ts';
import type { SettleLater } from '../telemetry/settling/settle-queue.ts';
import { settle, type SettlingUnit } from '../telemetry/settling/settle.ts';
import type { FeedbackUnits } from './feedback-units.ts';

/** A request that is counted later. */
export interface Settling {
  readonly admission: {
    readonly app: string;
    readonly splitVersion: number;
    readonly arm: CountedArm;
    readonly counting?: Counting | undefined;
    readonly subjectHash?: string | undefined;
    /** What it can be told of by. */
    readonly refs?: readonly string[];
    /** A report after the fact: both horizons are entered at the long one. */
    readonly settleAtLong?: boolean;
  };
  readonly startedMs: number;
  readonly course: RequestCourse;
  readonly unit: SettlingUnit;
}

/** Of a guardrail whose bad events are told after the fact. */
interface LateObserver {
  readonly name: string;
  readonly observer: Observer;
  readonly afterMs: number;
}

/** What is told after the fact is waited for by itself, so long after the request's start, and counted as the long horizon. */
export function settleLate(
  settling: Settling,
  units: FeedbackUnits,
  settleLater: SettleLater<() => void>,
): void {
  const { counting, arm } = settling.admission;
  if (counting === undefined || arm === 'lease-expired') return;
  const late = lateIn(counting);
  const waiting = { settling, units, settleLater, counting, arm };
  settleSubject(
    waiting,
    late.filter(({ observer }) => observer.unit === 'subject-in-step'),
  );
  for (const one of late) if (one.observer.unit !== 'subject-in-step') settleAnswer(waiting, one);
}

const lateIn = onceACounting((counting) =>
  [...observersOf(counting)].flatMap(([name, observer]): LateObserver[] =>
    observer.settlesAfterMs === undefined ? [] : [{ name, observer, afterMs: observer.settlesAfterMs }],
  ),
);

/** Is anything waited for that is told after the fact? */
export function hasLate(counting: Counting): boolean {
  return lateIn(counting).length > 0;
}

interface Waiting {
  readonly settling: Settling;
  readonly units: FeedbackUnits;
  readonly settleLater: SettleLater<() => void>;
  readonly counting: Counting;
  readonly arm: Arm;
}

/** One unit of a subject in a step, which hears what is told of any of its answers. */
function settleSubject(waiting: Waiting, late: readonly LateObserver[]): void {
  if (late.length === 0) return;
  const { settling, units, settleLater } = waiting;
  const { admission, startedMs, course, unit } = settling;
  const { app, splitVersion, subjectHash, refs = [] } = admission;
  const key = subjectHash === undefined ? undefined : `${app}/${splitVersion}/${subjectHash}`;
  if (!unit.first) {
    if (key !== undefined) units.join(key, refs);
    return;
  }
  const close = units.open({ refs, key, course, startedMs });
  if (close === undefined) return;
  for (const { name, observer, afterMs } of late)
    settleLater(startedMs + afterMs, () => {
      const badAfterMs = observer.badAfterMs(course, waiting.arm);
      if (badAfterMs !== undefined) count(waiting, { name, observer, bad: badAfterMs <= afterMs });
    });
  settleLater(startedMs + Math.max(...late.map(({ afterMs }) => afterMs)), close);
}

/**
 * Each answer is a unit, and is counted as soon as something bad is told of it: of what must never happen the first time
 * is the one that counts, whoever it was and whenever in the step.
 */
function settleAnswer(waiting: Waiting, { name, observer, afterMs }: LateObserver): void {
  const { settling, units, settleLater } = waiting;
  const { admission, startedMs, course } = settling;
  const heard: RequestCourse = { totalTimeoutMs: course.totalTimeoutMs };
  let isCounted = false;
  const settleOnce = (isOver: boolean): void => {
    const events = heard.events ?? new Map<string, never>();
    const badAfterMs = observer.badAfterMs({ ...course, events }, waiting.arm);
    if (isCounted || badAfterMs === undefined) return;
    const bad = badAfterMs <= afterMs;
    if (!bad && !isOver) return;
    isCounted = true;
    count(waiting, { name, observer, bad });
  };
  const close = units.open({
    ...{ refs: admission.refs ?? [], key: undefined, course: heard, startedMs },
    onHeard: () => {
      settleOnce(false);
    },
  });
  if (close === undefined) return;
  settleLater(startedMs + afterMs, () => {
    settleOnce(true);
    close();
  });
}

function count(
  { settling, counting, arm }: Waiting,
  { name, observer, bad }: { readonly name: string; readonly observer: Observer; readonly bad: boolean },
): void {
  const isApart = settling.course.reported === true && !reportsAreJudged(counting);
  const counter = isApart ? reportedCounter(name) : name;
  const acrossGateways = observer.unit === 'subject-in-step' && !isApart;
  settle(settling.unit, { arm, counting, counter, observer, horizon: 'long', bad, acrossGateways });
}
