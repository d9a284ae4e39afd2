import { z } from 'zod';
import { noCounts, type LookCounts, type SettledCounts } from '../../../analysis/guardrails/look-counts.ts';
import type { VersionCounts } from '../../../config-store/looks/read-counts.ts';
import { SluiceError } from '../../../domain/errors.ts';
import { horizons, type Exposure, type Horizon } from '../../../domain/guardrail/arm-counts.ts';
import { isCounter } from '../../../domain/guardrail/segments/counter-names.ts';
import { isOfSegment } from '../../../domain/guardrail/segments/scope.ts';
import { meanResultSchema, type MeanResult } from './mean-states.ts';

const lookCountsSchema = z.object({
  splitVersion: z.number(),
  candidateExposed: z.number(),
  candidateBad: z.number(),
  stableExposed: z.number(),
  stableBad: z.number(),
  elapsedMs: z.number(),
});
const horizonsSchema = z.object({ short: z.array(lookCountsSchema), long: z.array(lookCountsSchema) });
type HorizonLooks = z.infer<typeof horizonsSchema>;

/** The form of a row; rows without a version are of the first form, which had errors and latency and nothing beside them. */
const rowVersion = 2;
const armReadingSchema = z.object({ exposed: z.number(), bad: z.number() });
const readingSchema = z.object({
  splitVersion: z.number(),
  candidate: armReadingSchema,
  stable: armReadingSchema,
  /** By the worker's clock; absent in looks of before. */
  atMs: z.number().exactOptional(),
  /** What was ever above 0, under this version or one before: what is bad in either arm, and what there is of each. */
  above: z.object({ bad: z.boolean(), candidate: z.boolean(), stable: z.boolean() }).exactOptional(),
});
const rowSchema = z.looseObject({
  version: z.number().default(1),
  elapsedMs: z.number().optional(),
  dryRuns: z.record(z.string(), z.string()).default({}),
  means: z.record(z.string(), meanResultSchema).exactOptional(),
  readings: z.record(z.string(), readingSchema).optional(),
  unmeasured: z.record(z.string(), z.string()).optional(),
});

/** What a metric store's counters were at a look, of a guardrail and under a split version. */
export type StoredReading = z.infer<typeof readingSchema>;

/** What one look adds, by counter and horizon. A counter that is not there was not counted: nothing is known of it. */
export interface Increments {
  /** Guardrails that this look does not decide by, with the reasons: what it counted of them adds no evidence. */
  readonly dryRuns: Readonly<Record<string, string>>;
  /** Time on the plan's hold clock that the look covers. */
  readonly elapsedMs: number;
  readonly counters: Readonly<Record<string, HorizonLooks>>;
  /** What the guardrails of means say with it, by name; absent from looks of before, and where a plan has none. */
  readonly means?: Readonly<Record<string, MeanResult>>;
  /** What the next look is held beside, by guardrail; absent where no metric store is asked. */
  readonly readings?: Readonly<Record<string, StoredReading>> | undefined;
  /** Guardrails that could not be measured, with the reasons: they hold the step. */
  readonly unmeasured?: Readonly<Record<string, string>> | undefined;
}

/** The column `counts` of an evidence row: the counters stand beside the version and the time. */
export function rowOfIncrements({ elapsedMs, dryRuns, counters, means, readings, unmeasured }: Increments) {
  return {
    ...{ version: rowVersion, elapsedMs, dryRuns, ...counters },
    ...(means === undefined ? {} : { means }),
    ...(readings === undefined ? {} : { readings }),
    ...(unmeasured === undefined ? {} : { unmeasured }),
  };
}

/**
 * What a stored look added. Counters that this program does not know, of a newer one, are left out; those that it knows
 * and the row does not have were not counted.
 *
 * @throws SluiceError `broken_measurement` for a row that cannot be read
 */
export function incrementsOfRow(row: unknown): Increments {
  const stored = rowSchema.safeParse(row);
  if (!stored.success) throw unreadable(stored.error.message);
  const known = Object.keys(stored.data).filter(isCounter);
  const counters = z.record(z.string(), horizonsSchema).safeParse(pick(stored.data, known));
  if (!counters.success) throw unreadable(counters.error.message);
  const { elapsedMs = timeOf(counters.data), dryRuns, means, readings, unmeasured } = stored.data;
  return {
    ...{ elapsedMs, dryRuns, counters: counters.data },
    ...(means === undefined ? {} : { means }),
    ...(readings === undefined ? {} : { readings }),
    ...(unmeasured === undefined ? {} : { unmeasured }),
  };
}

/** Rows of the first form have the time with their counts: one of a counter's split versions carries it. */
function timeOf(counters: Increments['counters']): number {
  const rows = Object.values(counters).flatMap(({ short, long }) => [...short, ...long]);
  return Math.max(0, ...rows.map(({ elapsedMs }) => elapsedMs));
}

function pick(row: Readonly<Record<string, unknown>>, keys: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(keys.map((key) => [key, row[key]]));
}

function unreadable(why: string): SluiceError {
  return new SluiceError('broken_measurement', `A stored look cannot be read: ${why}`, {
    remedy: 'Looks of a newer version need a worker of that version.',
  });
}

/**
 * What the gateways have counted since the looks before, for each split version on its own: counts of different
 * versions are never added (DESIGN section 7). The present version carries the time, and is there even where
 * nothing was counted.
 */
export function incrementsSince(
  before: readonly Increments[],
  versions: readonly VersionCounts[],
  present: {
    readonly splitVersion: number;
    readonly elapsedMs: number;
    readonly dryRuns?: Increments['dryRuns'];
  },
): Increments {
  const seen = seenBefore(before);
  const of = (counter: string, horizon: Horizon): LookCounts[] =>
    versions
      .filter((version) => isCounted(version, counter))
      .map((version) => {
        const known = seen[horizon].get(counter)?.get(version.splitVersion) ?? noCounts;
        return incrementOf(version, known, counter, horizon);
      })
      .map((counts) => ({
        ...counts,
        elapsedMs: counts.splitVersion === present.splitVersion ? present.elapsedMs : 0,
      }))
      .filter((counts) => isKept(counts, counter, present.splitVersion));
  const known = versions.flatMap(({ arms: { candidate, stable } }) =>
    [candidate, stable].flatMap(({ judged }) => Object.keys(judged).filter(isCounter)),
  );
  const counted = [...new Set(known)].filter((counter) =>
    versions.some((version) => isCounted(version, counter)),
  );
  return {
    elapsedMs: present.elapsedMs,
    dryRuns: present.dryRuns ?? {},
    counters: Object.fromEntries(
      counted.map((counter) => [counter, { short: of(counter, 'short'), long: of(counter, 'long') }]),
    ),
  };
}

/** The present version is there with nothing too; of segments, which are many, without: that they are counted is enough. */
function isKept(counts: LookCounts, counter: string, present: number): boolean {
  return (counts.splitVersion === present && !isOfSegment(counter)) || !isEmpty(counts);
}

/** An arm without any request has none that a counter could have missed. */
function isCounted({ arms: { candidate, stable } }: VersionCounts, counter: string): boolean {
  return [candidate, stable].every(({ judged, counts }) => counter in judged || counts.admitted === 0);
}

type Counted = Omit<LookCounts, 'elapsedMs' | 'due'>;

/** By split version. */
type Sums = Map<number, { -readonly [Count in keyof SettledCounts]: number }>;

const noSums = (): Sums => new Map<number, SettledCounts>();

/** What all looks together have seen, of each counter at each horizon: with a look every few seconds there are many. */
function seenBefore(looks: readonly Increments[]): Record<Horizon, ReadonlyMap<string, Sums>> {
  const seen = { short: new Map<string, Sums>(), long: new Map<string, Sums>() };
  for (const { counters } of looks)
    for (const [counter, of] of Object.entries(counters))
      for (const horizon of horizons) {
        const sums = seen[horizon].get(counter) ?? noSums();
        seen[horizon].set(counter, sums);
        for (const row of of[horizon]) addRow(sums, row);
      }
  return seen;
}

function addRow(sums: Sums, row: LookCounts): void {
  const sum = sums.get(row.splitVersion);
  if (sum === undefined) {
    const { candidateExposed, candidateBad, stableExposed, stableBad } = row;
    sums.set(row.splitVersion, { candidateExposed, candidateBad, stableExposed, stableBad });
    return;
  }
  sum.candidateExposed += row.candidateExposed;
  sum.candidateBad += row.candidateBad;
  sum.stableExposed += row.stableExposed;
  sum.stableBad += row.stableBad;
}

/** What all looks together have seen of a split version. */
export function countedBefore(
  looks: readonly Increments[],
  counter: string,
  horizon: Horizon,
  splitVersion: number,
): Counted {
  const rows = looks
    .flatMap(({ counters }) => counters[counter]?.[horizon] ?? [])
    .filter((row) => row.splitVersion === splitVersion);
  const sum = (key: Exclude<keyof Counted, 'splitVersion'>) =>
    rows.reduce((total, row) => total + row[key], 0);
  return {
    splitVersion,
    candidateExposed: sum('candidateExposed'),
    candidateBad: sum('candidateBad'),
    stableExposed: sum('stableExposed'),
    stableBad: sum('stableBad'),
  };
}

const nothing: Exposure = { exposed: 0, bad: 0 };

function incrementOf(
  { splitVersion, arms }: VersionCounts,
  before: SettledCounts,
  counter: string,
  horizon: Horizon,
): Counted {
  const candidate = arms.candidate.judged[counter]?.[horizon] ?? nothing;
  const stable = arms.stable.judged[counter]?.[horizon] ?? nothing;
  return {
    splitVersion,
    candidateExposed: candidate.exposed - before.candidateExposed,
    candidateBad: candidate.bad - before.candidateBad,
    stableExposed: stable.exposed - before.stableExposed,
    stableBad: stable.bad - before.stableBad,
  };
}

function isEmpty({ candidateExposed, candidateBad, stableExposed, stableBad }: Counted): boolean {
  return [candidateExposed, candidateBad, stableExposed, stableBad].every((count) => count === 0);
}
