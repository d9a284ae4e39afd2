import type { FlushedObservation } from '../../config-store/gateway-view/types.ts';
import type { AnswerNumbers } from '../../domain/guardrail/means/mean.ts';
import { isObserved } from '../../domain/guardrail/means/observed.ts';
import { valuesObserved } from '../../domain/guardrail/registry.ts';
import { countedSegments } from '../../domain/guardrail/segments/counted-segments.ts';
import type { SaidLabels } from '../../domain/guardrail/segments/said-labels.ts';
import type { Arm, Counting } from '../../domain/split/split.ts';
import { hashOfItsOwn } from '../../program/data-keys.ts';
import type { Clock } from '../clock.ts';
import { createPendingRows } from '../queues/pending-rows.ts';
import { createFirstRequests } from './first-requests.ts';

/** Of an arm no more than the first so many in a second are observed: means need numbers, not all of the traffic. */
const mostPerSecond = 2;
/** What waits for a database that is away. */
const mostPending = 20_000;

interface Observable {
  readonly app: string;
  readonly splitVersion: number;
  readonly arm: Arm;
  /** The candidate's share in percent. */
  readonly weight: number;
  readonly counting: Counting;
  /** Absent for a request that is all by itself. */
  readonly subjectHash: string | undefined;
  /** What it is of, as somebody with the right to do so says. */
  readonly labels?: SaidLabels;
}

/** Takes the numbers of an answer that has come whole. */
export type Observe = (answer: AnswerNumbers) => void;

/** What this gateway observes for guardrails of means. */
export interface Observations {
  /**
   * Chooses a request when it is admitted, before anybody knows what comes of it: at most one for each subject and split
   * version, as many of either arm. Undefined where it is not chosen.
   */
  choose(request: Observable): Observe | undefined;
  /** What is not written yet; gives it away. */
  takePending(): FlushedObservation[];
  putBack(observations: readonly FlushedObservation[]): void;
  /** How many were never written, for there was no room for them while the database was away. */
  dropped(): number;
}

export function createObservations(clock: Clock): Observations {
  const isFirst = createFirstRequests();
  const room = createRoom(clock);
  const pending = createPendingRows<FlushedObservation>(mostPending);
  return {
    choose({ app, splitVersion, arm, weight, counting, subjectHash, labels = {} }) {
      const values = valuesObserved(counting);
      if (values.size === 0) return undefined;
      const hash = subjectHash ?? hashOfItsOwn();
      if (!isObserved({ splitVersion, arm, weight, subjectHash: hash })) return undefined;
      const key = `${app}/${arm}`;
      if (!room.has(key) || !isFirst({ app, splitVersion, subjectHash })) return undefined;
      room.take(key);
      const admittedMs = clock.nowMs();
      const keys = countedSegments(counting)?.keysOf(labels);
      return (answer) => {
        for (const [name, valueOf] of values)
          for (const guardrail of [name, keys?.get(name)]) {
            if (guardrail === undefined) continue;
            pending.add({
              ...{ releaseId: counting.releaseId, guardrail, splitVersion, arm, subjectHash: hash },
              value: valueOf(answer),
              // As old as it is when it is written, however often that is tried.
              get ageMs() {
                return clock.nowMs() - admittedMs;
              },
            });
          }
      };
    },
    takePending: pending.take,
    putBack: pending.putBack,
    dropped: pending.dropped,
  };
}

interface Room {
  /** Is there room for another one in this second? */
  has(key: string): boolean;
  take(key: string): void;
}

function createRoom(clock: Clock): Room {
  let second = -1;
  let taken = new Map<string, number>();
  return {
    has(key) {
      const now = Math.floor(clock.nowMs() / 1_000);
      if (now !== second) [second, taken] = [now, new Map<string, number>()];
      return (taken.get(key) ?? 0) < mostPerSecond;
    },
    take(key) {
      taken.set(key, (taken.get(key) ?? 0) + 1);
    },
  };
}
