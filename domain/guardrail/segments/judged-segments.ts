import { inSegment, segmentName, type Scope } from './scope.ts';

/** A counter of an entry in a plan, and that of the kind which it has it from. */
export interface NamedCounter {
  readonly name: string;
  readonly ofKind: string;
}

/** A part of the requests, by the value of a label. */
export interface JudgedSegment {
  /** What people read: `tenant=acme`. */
  readonly name: string;
  /** What its tests are kept under, what is observed for it, and why it says nothing. */
  readonly key: string;
  /** None of a mean. */
  readonly counters: readonly NamedCounter[];
}

/** The segments of an entry in a plan, none where it is judged on the whole alone. */
export function judgedSegments(
  entry: string,
  counters: readonly NamedCounter[],
  scope: Scope | undefined,
): JudgedSegment[] {
  if (scope === undefined) return [];
  return scope.values.map((value) => {
    const name = segmentName(scope.label, value);
    const ofSegment = counters.map((each) => ({ ...each, name: inSegment(each.name, name) }));
    return { name, key: inSegment(entry, name), counters: ofSegment };
  });
}
