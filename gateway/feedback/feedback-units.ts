import type { RequestCourse, ToldEvent } from '../../domain/guardrail/request-course.ts';
import type { Clock } from '../clock.ts';

/** What of an answer was heard, by whichever gateway. */
export interface HeardEvent {
  readonly ref: string;
  readonly name: string;
  readonly value: ToldEvent['value'];
}

export interface UnitToOpen {
  /** Names its answer, and the assignment that it was for. */
  readonly refs: readonly string[];
  /** Of the subject in its split version, where there is one: what is told of its later answers is of this unit. */
  readonly key: string | undefined;
  readonly course: RequestCourse;
  readonly startedMs: number;
  /** Called once something new was heard of it. */
  readonly onHeard?: () => void;
}

/** The units that this gateway waits for news of. */
export interface FeedbackUnits {
  /** Gives what closes it; undefined where too many are open, and then it is no unit. */
  open(unit: UnitToOpen): (() => void) | undefined;
  /** Another answer of a subject whose unit is open. */
  join(key: string, refs: readonly string[]): void;
  /** Notes what was heard with the units that it is of; a second time changes nothing. */
  learn(events: readonly HeardEvent[]): void;
}

/** Some 30 MB. Which requests are no units for want of room is decided when they arrive, in both arms alike. */
const mostOpen = 50_000;
/** Of one subject's, in one unit. */
const mostRefs = 200;

interface OpenUnit extends UnitToOpen {
  readonly refs: string[];
  readonly heard: Set<string>;
}

export function createFeedbackUnits(clock: Clock, most = mostOpen): FeedbackUnits {
  const byRef = new Map<string, Set<OpenUnit>>();
  const byKey = new Map<string, OpenUnit>();
  let open = 0;
  const add = (unit: OpenUnit, refs: readonly string[]): void => {
    for (const ref of refs) {
      if (unit.refs.length >= mostRefs) return;
      unit.refs.push(ref);
      const known = byRef.get(ref);
      if (known === undefined) byRef.set(ref, new Set([unit]));
      else known.add(unit);
    }
  };
  const note = (unit: OpenUnit, { ref, name, value }: HeardEvent): void => {
    const what = `${ref}/${name}`;
    if (unit.heard.has(what)) return;
    unit.heard.add(what);
    const events = (unit.course.events ??= new Map<string, ToldEvent[]>());
    const told = events.get(name) ?? [];
    events.set(name, told);
    told.push({ value, afterMs: clock.nowMs() - unit.startedMs });
    unit.onHeard?.();
  };
  const remove = (unit: OpenUnit, ref: string): void => {
    const known = byRef.get(ref);
    known?.delete(unit);
    if (known?.size === 0) byRef.delete(ref);
  };
  return {
    open({ refs, ...rest }) {
      if (open >= most) return undefined;
      open += 1;
      const unit: OpenUnit = { ...rest, refs: [], heard: new Set() };
      add(unit, refs);
      const { key } = unit;
      if (key !== undefined) byKey.set(key, unit);
      return () => {
        open -= 1;
        for (const ref of unit.refs) remove(unit, ref);
        if (key !== undefined && byKey.get(key) === unit) byKey.delete(key);
      };
    },
    join(key, refs) {
      const unit = byKey.get(key);
      if (unit !== undefined) add(unit, refs);
    },
    learn(events) {
      for (const event of events) for (const unit of byRef.get(event.ref) ?? []) note(unit, event);
    },
  };
}
