import { boundsOf } from '../../../domain/guardrail/registry.ts';
import type { Counting } from '../../../domain/split/split.ts';
import type { LookJudgement } from './judge-looks.ts';

/** Says from where on a request counts as bad, where nothing else is to be said of a guardrail. */
export function withBounds(judgement: LookJudgement, counting: Counting | undefined): LookJudgement {
  if (counting === undefined) return judgement;
  const guardrails = judgement.guardrails.map((guardrail) => {
    const note = guardrail.note ?? boundsOf(guardrail, counting);
    return note === undefined ? guardrail : { ...guardrail, note };
  });
  return { ...judgement, guardrails };
}
