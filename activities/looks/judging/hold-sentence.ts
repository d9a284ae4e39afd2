import type { JudgedGuardrail } from '../../../domain/guardrail/registry.ts';
import { countedBefore, type Increments } from './increments.ts';

/**
 * Why the step holds where guardrails that hold have raised an alarm: undefined as soon as the newest `enough` requests
 * of the candidate under the present split version are within the rule again. Evidence alone would hold it for as long
 * again as the trouble lasted, or much longer.
 */
export function holdSentence(
  looks: readonly Increments[],
  judged: readonly JudgedGuardrail[],
  { splitVersion, enough }: { readonly splitVersion: number; readonly enough: number },
): string | undefined {
  const holding = judged.filter(({ guardrail, dryRun }) => guardrail.onAlarm === 'hold' && !dryRun);
  const sentences = holding.flatMap(({ guardrail, rule, counters }) =>
    counters.flatMap(({ name: counter }) => {
      const { candidateExposed, candidateBad, stableExposed, stableBad } = newest(
        looks,
        counter,
        splitVersion,
        enough,
      );
      const candidate = rateOf(candidateBad, candidateExposed);
      const stable = rateOf(stableBad, stableExposed);
      if (candidateExposed >= enough && candidate <= rule.ratio * stable + rule.floor) return [];
      const { subject, holds = 'the step holds' } = guardrail.words;
      return [
        `${subject}: candidate ${percent(candidate)}, stable ${percent(stable)} of the newest; ${holds}`,
      ];
    }),
  );
  return sentences.length === 0 ? undefined : sentences.join('; ');
}

/** The counts of the newest looks that together have enough of the candidate's. */
function newest(looks: readonly Increments[], counter: string, splitVersion: number, enough: number) {
  let candidateExposed = 0;
  const from = looks.findLastIndex((look) => {
    candidateExposed += countedBefore([look], counter, 'short', splitVersion).candidateExposed;
    return candidateExposed >= enough;
  });
  return countedBefore(looks.slice(Math.max(0, from)), counter, 'short', splitVersion);
}

function rateOf(bad: number, exposed: number): number {
  return exposed === 0 ? 0 : bad / exposed;
}

function percent(rate: number): string {
  return `${(rate * 100).toFixed(1)} %`;
}
