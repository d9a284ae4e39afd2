import { totalCounts } from '../../../analysis/guardrails/look-counts.ts';
import { horizons, type Horizon } from '../../../domain/guardrail/arm-counts.ts';
import { toldAs, type JudgedGuardrail } from '../../../domain/guardrail/registry.ts';
import type { FailedGuardrail } from '../contract.ts';
import type { Increments } from './increments.ts';

/**
 * The first guardrail with zero tolerance of which the candidate has had one bad event more than stable's rate, under the
 * same split versions, would have given it. There is no evidence in it and no bound on false alarms: whoever asks for
 * it would rather lose a good release.
 */
export function forbiddenEvent(
  looks: readonly Increments[],
  judged: readonly JudgedGuardrail[],
): FailedGuardrail | undefined {
  for (const each of judged) {
    if (!each.zeroTolerance) continue;
    const found = each.counters
      .flatMap((counter) => horizons.map((horizon) => beyondStable(looks, counter.name, horizon)))
      .find(({ bad, due }) => bad - due >= 1);
    if (found === undefined) continue;
    const { bad, exposed, due } = found;
    const sentence = `zero tolerance: ${bad} of the candidate's ${exposed}, where stable's rate gives ${due.toFixed(1)}`;
    return { ...toldAs(each), sentence };
  }
  return undefined;
}

interface Beyond {
  readonly bad: number;
  readonly exposed: number;
  /** Bad events that the candidate would have had at stable's rate. */
  readonly due: number;
}

function beyondStable(looks: readonly Increments[], counter: string, horizon: Horizon): Beyond {
  const rows = looks.flatMap(({ counters }) => counters[counter]?.[horizon] ?? []);
  const all = totalCounts(rows);
  const sums = [...Map.groupBy(rows, ({ splitVersion }) => splitVersion).values()].map(totalCounts);
  const due = sums.reduce((total, sum) => {
    // Without any of stable under a version, its rate under the others says what it would have had.
    const { stableBad, stableExposed } = sum.stableExposed > 0 ? sum : all;
    return total + (stableExposed === 0 ? 0 : (sum.candidateExposed * stableBad) / stableExposed);
  }, 0);
  return { bad: all.candidateBad, exposed: all.candidateExposed, due };
}
