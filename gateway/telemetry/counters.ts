import type { CountedArm } from '../../config-store/gateway-view/types.ts';
import { noHorizonCounts, type ArmCounts } from '../../domain/guardrail/arm-counts.ts';
import { observersOf } from '../../domain/guardrail/registry.ts';
import { countedSegments, type SegmentCounters } from '../../domain/guardrail/segments/counted-segments.ts';
import type { SaidLabels } from '../../domain/guardrail/segments/said-labels.ts';
import type { RequestCourse } from '../../domain/guardrail/request-course.ts';
import type { Arm, Counting } from '../../domain/split/split.ts';
import type { Clock } from '../clock.ts';
import { mostMarkedRetries, noCallersWord } from '../../domain/guardrail/callers-word.ts';
import { followCourse, note, uncounted, type CountedRequest } from './counted-request.ts';
import { createCountedRows, type CountedRows } from './counted-rows.ts';
import type { ChargedSubjects } from './charged-subjects.ts';
import { createFeedbackUnits, type FeedbackUnits } from '../feedback/feedback-units.ts';
import { hasLate, settleLate } from '../feedback/settle-late.ts';
import { createFirstRequests } from './first-requests.ts';
import type { Observations, Observe } from './observations.ts';
import { onceACounting } from './settling/once-a-counting.ts';
import { createHorizons, looksOf } from './settling/settle-horizons.ts';
import { createSettleQueue } from './settling/settle-queue.ts';

/** Where a request belongs for ever: the split version and arm that admitted it (invariant 21). */
export interface Admission {
  readonly app: string;
  readonly splitVersion: number;
  readonly arm: CountedArm;
  readonly counting?: Counting | undefined;
  /** What is counted as one: the subject, else the assignment or conversation; absent for one that is all by itself. */
  readonly subjectHash?: string | undefined;
  /** What it can be told of by after the fact: the name of its answer, the assignment that it was for. */
  readonly refs?: readonly string[];
  /** The whole time that the admitting revision gives a request. */
  readonly totalTimeoutMs: number;
  /** Monotonic; now, where it is left out. */
  readonly startedMs?: number;
  /** The candidate's share in percent; absent where nothing of this request is to be observed. */
  readonly weight?: number;
  /** What the request is of, as somebody with the right to do so says; segments count it by them. */
  readonly labels?: SaidLabels;
  /** For reports that come after the fact: both horizons are entered at the long one, whatever the outcome was. */
  readonly settleAtLong?: boolean;
}

/** Where a subject of the gateway's own would be served. */
export interface Draw {
  readonly app: string;
  readonly splitVersion: number;
  readonly arm: Arm;
  readonly counting?: Counting | undefined;
}

/** A request that its caller's mark, and nothing else, makes the repeat of another one. */
export type MarkedRetry = Pick<Admission, 'app' | 'splitVersion' | 'arm'>;

export interface Counters extends Omit<CountedRows, 'open'> {
  /** Leaves a marked retry out of the counts, and says so; false where too many of its arm are left out already. */
  leaveOut(retry: MarkedRetry): boolean;
  /** Counts a subject that this gateway drew, for the check of the split. */
  draw(draw: Draw): void;
  /** Begins to count a request. A report that comes a day after its version was superseded is not counted. */
  admit(admission: Admission): CountedRequest;
}

/**
 * Settled counting: a request enters a guardrail's counts a fixed time after it *started*, as exposed, and as bad
 * where it was bad by then (DESIGN section 7). Without `counting` only the raw counts are kept.
 */
export function createCounters({
  clock,
  charged,
  observations,
  units = createFeedbackUnits(clock),
}: {
  readonly clock: Clock;
  readonly charged: ChargedSubjects;
  readonly observations: Pick<Observations, 'choose'>;
  readonly units?: FeedbackUnits;
}): Counters {
  const rows = createCountedRows(clock);
  const isFirst = createFirstRequests();
  const waitForHorizons = createHorizons(clock);
  const settleLater = createSettleQueue(clock, act);
  return {
    takeChanged: () => rows.takeChanged(),
    putBack: (taken) => {
      rows.putBack(taken);
    },
    forgetSuperseded: () => {
      rows.forgetSuperseded();
    },
    leaveOut(retry) {
      const touch = rows.open(retry);
      if (touch === undefined) return true;
      const { admitted, callersWord } = touch();
      const { retries } = callersWord ?? noCallersWord();
      if (retries + 1 > mostMarkedRetries * (admitted + retries + 1)) return false;
      note(touch, 'retries');
      return true;
    },
    draw(draw) {
      const counts = rows.open(draw)?.();
      if (counts === undefined) return;
      counts.drawn = (counts.drawn ?? 0) + 1;
      showCounters(counts, draw.counting);
    },
    admit(admission) {
      const touch = rows.open(admission);
      if (touch === undefined) return uncounted;
      touch().admitted += 1;
      const { totalTimeoutMs, settleAtLong: reported = false } = admission;
      if (reported) note(touch, 'reported');
      const course: RequestCourse = { totalTimeoutMs, reported };
      const startedMs = admission.startedMs ?? clock.nowMs();
      const { splitVersion, subjectHash, counting, arm } = admission;
      const first = countsFirstAlone(counting) && isFirst(admission);
      const unit = { splitVersion, subjectHash, segments: segmentsOf(admission), first, charged, touch };
      const observe = choose(observations, admission);
      const followed = { course, startedMs, clock, touch, observe };
      if (counting === undefined || arm === 'lease-expired') return followCourse(followed);
      showCounters(touch(), counting);
      const looks = looksOf(counting, arm, reported);
      const onOver = waitForHorizons({ unit, looks, course, startedMs, atLong: reported });
      if (hasLate(counting)) settleLate({ admission, startedMs, course, unit }, units, settleLater);
      return followCourse({ ...followed, onOver });
    },
  };
}

function act(settle: () => void): void {
  settle();
}

/** Of an arm's own requests some are observed; what a caller reports never is. */
function choose(
  observations: Pick<Observations, 'choose'>,
  { arm, counting, weight, settleAtLong, subjectHash, ...of }: Admission,
): Observe | undefined {
  if (counting === undefined || weight === undefined || arm === 'lease-expired' || settleAtLong === true)
    return undefined;
  return observations.choose({ ...of, arm, counting, weight, subjectHash });
}

/** Where a request counts beside the whole. What is reported after the fact says nothing of segments. */
function segmentsOf({ counting, labels, settleAtLong }: Admission): SegmentCounters | undefined {
  if (counting === undefined || labels === undefined || settleAtLong === true) return undefined;
  return countedSegments(counting)?.countersOf(labels);
}

/** Subjects are remembered only where something is counted by their first request. */
function countsFirstAlone(counting: Counting | undefined): boolean {
  return counting !== undefined && hasUnitsInStep(counting);
}
const hasUnitsInStep = onceACounting((counting) =>
  [...observersOf(counting).values()].some(({ unit }) => unit === 'subject-in-step'),
);

/** That it is counted shows before anything is settled: a counter that is missing is one that nobody counts. */
function showCounters(counts: ArmCounts, counting: Counting | undefined): void {
  if (counting === undefined || shown.has(counts)) return;
  shown.add(counts);
  const { guardrails } = counts;
  for (const counter of observersOf(counting).keys()) guardrails[counter] ??= noHorizonCounts();
  for (const counter of countedSegments(counting)?.counters ?? []) guardrails[counter] ??= noHorizonCounts();
}

/** The counts of arms that have all counters of their version: there may be hundreds, and a request is to cost little. */
const shown = new WeakSet<ArmCounts>();
