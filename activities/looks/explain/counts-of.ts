import { totalCounts, type SettledCounts } from '../../../analysis/guardrails/look-counts.ts';
import { horizons } from '../../../domain/guardrail/arm-counts.ts';
import type { ExplainedGuardrail } from '../../../domain/explanation/explanation.ts';
import { oddsText } from '../../../domain/guardrail/odds.ts';
import type { JudgedGuardrail } from '../../../domain/guardrail/registry.ts';
import type { ExplainedLook, StoredJudgement } from './stored-looks.ts';

/** How the worst of a guardrail's segments stood at the newest look. */
export function explainedSegment(
  found: NonNullable<StoredJudgement['guardrails'][number]['segment']>,
  own: JudgedGuardrail | undefined,
  looks: readonly ExplainedLook[],
): NonNullable<ExplainedGuardrail['segment']> {
  const { name, evidence, actsAt } = found;
  const counters = own?.segments.find((each) => each.name === name)?.counters ?? [];
  return {
    ...countsOf(
      found,
      counters.map((counter) => counter.name),
      looks,
    ),
    ...{ name, evidence, actsAt, odds: oddsText(evidence), actsAtOdds: oddsText(actsAt) },
  };
}

/** The sums of the counter and horizon that the stored rates are of; those of the first where none is. */
export function countsOf(
  { candidateRate, stableRate }: Pick<StoredJudgement['guardrails'][number], 'candidateRate' | 'stableRate'>,
  counters: readonly string[],
  looks: readonly ExplainedLook[],
): Pick<ExplainedGuardrail, 'candidate' | 'stable'> {
  const sums = counters.flatMap((counter) =>
    horizons.map((horizon) =>
      sumsOf(looks.flatMap((look) => look.increments.counters[counter]?.[horizon] ?? [])),
    ),
  );
  const shown = sums.find(
    ({ candidate, stable }) => candidate.rate === candidateRate && stable.rate === stableRate,
  );
  const none = { exposed: 0, bad: 0 };
  return (
    shown ?? {
      candidate: { ...(sums[0]?.candidate ?? none), rate: candidateRate },
      stable: { ...(sums[0]?.stable ?? none), rate: stableRate },
    }
  );
}

function sumsOf(rows: readonly SettledCounts[]): Pick<ExplainedGuardrail, 'candidate' | 'stable'> {
  const { candidateExposed, candidateBad, stableExposed, stableBad } = totalCounts(rows);
  return { candidate: armOf(candidateExposed, candidateBad), stable: armOf(stableExposed, stableBad) };
}

function armOf(exposed: number, bad: number): ExplainedGuardrail['candidate'] {
  return { exposed, bad, rate: exposed === 0 ? null : bad / exposed };
}
