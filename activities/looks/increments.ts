import { z } from 'zod';
import type { LookCounts } from '../../analysis/look-counts.ts';
import type { VersionCounts } from '../../config-store/read-counts.ts';
import type { Exposure } from '../../domain/arm-counts.ts';

const lookCountsSchema = z.strictObject({
  splitVersion: z.number(),
  candidateExposed: z.number(),
  candidateBad: z.number(),
  stableExposed: z.number(),
  stableBad: z.number(),
  elapsedMs: z.number(),
});
const horizonsSchema = z.strictObject({ short: z.array(lookCountsSchema), long: z.array(lookCountsSchema) });

/** What one look adds, by guardrail and horizon: what the column `counts` of an evidence row holds. */
export const incrementsSchema = z.strictObject({ errors: horizonsSchema, latency: horizonsSchema });
export type Increments = z.infer<typeof incrementsSchema>;

export const guardrails = ['errors', 'latency'] as const;
export const horizons = ['short', 'long'] as const;
export type Guardrail = (typeof guardrails)[number];
export type Horizon = (typeof horizons)[number];

/**
 * What the gateways have counted since the looks before, for each split version on its own: counts of different
 * versions are never added (DESIGN section 7). The present version carries the time, and is there even where
 * nothing was counted.
 */
export function incrementsSince(
  before: readonly Increments[],
  versions: readonly VersionCounts[],
  present: { splitVersion: number; elapsedMs: number },
): Increments {
  const of = (guardrail: Guardrail, horizon: Horizon): LookCounts[] =>
    versions
      .map((version) =>
        incrementOf(
          version,
          countedBefore(before, guardrail, horizon, version.splitVersion),
          guardrail,
          horizon,
        ),
      )
      .map((counts) => ({
        ...counts,
        elapsedMs: counts.splitVersion === present.splitVersion ? present.elapsedMs : 0,
      }))
      .filter((counts) => counts.splitVersion === present.splitVersion || !isEmpty(counts));
  const both = (guardrail: Guardrail) => ({ short: of(guardrail, 'short'), long: of(guardrail, 'long') });
  return { errors: both('errors'), latency: both('latency') };
}

type Counted = Omit<LookCounts, 'elapsedMs'>;

/** What all looks together have seen of a split version. */
export function countedBefore(
  looks: readonly Increments[],
  guardrail: Guardrail,
  horizon: Horizon,
  splitVersion: number,
): Counted {
  const rows = looks
    .flatMap((look) => look[guardrail][horizon])
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

function incrementOf(
  { splitVersion, arms }: VersionCounts,
  before: Counted,
  guardrail: Guardrail,
  horizon: Horizon,
): Counted {
  const candidate: Exposure = arms.candidate.judged[guardrail][horizon];
  const stable: Exposure = arms.stable.judged[guardrail][horizon];
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
