import type { VersionCounts } from '../../../config-store/looks/read-counts.ts';
import { unevenTraffic } from '../../../domain/guardrail/callers-word.ts';
import { countingOfNamed, judgedGuardrails } from '../../../domain/guardrail/registry.ts';
import type { Plan } from '../../../domain/release/plan.ts';
import type { Counting } from '../../../domain/split/split.ts';

/** The plan's guardrails that cannot decide at this look, with the reasons; all of them are in the look's row. */
export function dryRuns(
  plan: Plan,
  present: {
    readonly counting: Counting | undefined;
    readonly versions: readonly VersionCounts[];
    readonly splitVersion: number;
    readonly heldMs: number;
    /** The candidate's share in percent. */
    readonly weight: number;
  },
): Record<string, string> {
  const { counting, heldMs } = present;
  const arms = present.versions.find(({ splitVersion }) => splitVersion === present.splitVersion)?.arms;
  if (counting === undefined || arms === undefined) return {};
  const facts = { heldMs, candidate: arms.candidate.counts, stable: arms.stable.counts };
  const { judged } = arms.candidate;
  const reasons = judgedGuardrails(plan).flatMap(({ name, guardrail, counters }) => {
    const units = counters.map(
      (counter) => [counter.ofKind, judged[counter.name]?.long.exposed ?? 0] as const,
    );
    const candidateUnits = Object.fromEntries(units);
    const named = countingOfNamed(counting, { name, kind: guardrail.name });
    const reason = guardrail.dryRun?.({ ...facts, candidateUnits, counting: named });
    return reason === undefined ? [] : [[name, reason] as const];
  });
  return Object.fromEntries([...reasons, ...unevenSegments(plan, arms, present.weight)]);
}

/**
 * The segments that callers ask so unevenly that they have chosen who is compared with whom, by their keys. What they say
 * of a request is believed where they have the right to say it, and no further.
 */
function unevenSegments(
  plan: Plan,
  { candidate, stable }: VersionCounts['arms'],
  weight: number,
): (readonly [key: string, why: string])[] {
  return judgedGuardrails(plan).flatMap(({ segments }) =>
    segments.flatMap(({ name, key, counters: [counter] }) => {
      if (counter === undefined) return [];
      const unitsOf = ({ judged }: VersionCounts['arms']['stable']): number =>
        judged[counter.name]?.long.exposed ?? 0;
      const why = unevenTraffic({ candidate: unitsOf(candidate), stable: unitsOf(stable) }, weight);
      return why === undefined ? [] : [[key, `${name}: ${why}`] as const];
    }),
  );
}
