import { z } from 'zod';
import type { Counting } from '../../split/split.ts';
import { observedIn } from '../registry.ts';
import type { SaidLabels } from './said-labels.ts';
import { inSegment, segmentName } from './scope.ts';

/** In a split's counting: the segments of guardrails, by their names in the plan. */
const countingSchema = z.object({
  segments: z.record(z.string(), z.object({ label: z.string(), values: z.array(z.string()) })),
});

/** By the counter of the whole the one of a request's segment. */
export type SegmentCounters = ReadonlyMap<string, string>;

/** What gateways count apart under a split version. */
export interface CountedSegments {
  /** The counters of all segments. */
  readonly counters: readonly string[];
  /** Those that a request with such labels is counted by as well; undefined where it is in no segment. */
  countersOf(labels: SaidLabels): SegmentCounters | undefined;
  /** By the name of a guardrail the key of the segment that a request with such labels is of. */
  keysOf(labels: SaidLabels): ReadonlyMap<string, string>;
}

/** Undefined where the split has no segments, as most have. */
export function countedSegments(counting: Counting): CountedSegments | undefined {
  const known = counted.get(counting);
  if (known !== undefined) return known === 'none' ? undefined : known;
  const made = makeCounted(counting);
  counted.set(counting, made ?? 'none');
  return made;
}

/** A gateway asks for the same split's with every request. */
const counted = new WeakMap<Counting, CountedSegments | 'none'>();

function makeCounted(counting: Counting): CountedSegments | undefined {
  const { data } = countingSchema.safeParse(counting);
  if (data === undefined) return undefined;
  const byLabel = new Map<string, Map<string, Map<string, string>>>();
  for (const { name, counter } of observedIn(counting)) {
    if (!Object.hasOwn(data.segments, name)) continue;
    const { label, values } = data.segments[name] ?? { label: '', values: [] };
    const byValue = byLabel.get(label) ?? new Map<string, Map<string, string>>();
    byLabel.set(label, byValue);
    for (const value of values) {
      const counters = byValue.get(value) ?? new Map<string, string>();
      byValue.set(value, counters.set(counter, inSegment(counter, segmentName(label, value))));
    }
  }
  const all = [...byLabel.values()].flatMap((byValue) => [...byValue.values()]);
  return {
    counters: all.flatMap((counters) => [...counters.values()]),
    countersOf(labels) {
      const found = [...byLabel].flatMap(([label, byValue]) => {
        const value = Object.hasOwn(labels, label) ? labels[label] : undefined;
        return value === undefined ? [] : (byValue.get(value) ?? []);
      });
      const [first, ...others] = found;
      return others.length === 0 ? first : new Map(found.flatMap((counters) => [...counters]));
    },
    keysOf: (labels) =>
      new Map(
        Object.entries(data.segments).flatMap(([name, { label, values }]) => {
          const value = Object.hasOwn(labels, label) ? labels[label] : undefined;
          if (value === undefined || !values.includes(value)) return [];
          return [[name, inSegment(name, segmentName(label, value))] as const];
        }),
      ),
  };
}
