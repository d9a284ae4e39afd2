import { z } from 'zod';
import type { EvaluatedCell, EvaluationMatrix } from '../../schemas/dashboard/evaluation.ts';

/** What the gate found of the cases together. */
export const relativeSchema = z.object({ estimate: z.number(), lower: z.number(), upper: z.number() });

/** More bars than that nobody can tell apart. */
const most = 400;

/** How the arms differ in each case, the candidate's worst first; nothing where no case was asked of both. */
export function differencesOf(
  cases: EvaluationMatrix['cases'],
  mean: z.infer<typeof relativeSchema> | undefined,
): Pick<EvaluationMatrix, 'differences'> {
  const all = cases
    .flatMap(({ candidate, stable }) => {
      const [ours, theirs] = [scoreOf(candidate), stable === undefined ? undefined : scoreOf(stable)];
      return ours === undefined || theirs === undefined ? [] : [ours - theirs];
    })
    .sort((a, b) => a - b);
  if (all.length === 0) return {};
  const length = Math.min(most, all.length);
  const step = (all.length - 1) / Math.max(1, length - 1);
  const each = Array.from({ length }, (_, i) => all[Math.round(i * step)] ?? 0);
  return { differences: { each, of: all.length, ...(mean === undefined ? {} : { mean }) } };
}

/** What nobody could judge is no score. */
function scoreOf({ score, passed, of, errors }: EvaluatedCell): number | undefined {
  const known = of - errors;
  if (known === 0) return undefined;
  return score ?? passed / known;
}
