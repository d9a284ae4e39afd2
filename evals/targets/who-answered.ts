import type { EvalPlan, WorkResult } from '../run/work.ts';

/** How many of the candidate's calls a target of its chain answered. */
export interface Answers {
  /** Index in the chain. */
  readonly target: number;
  /** `openai/gpt-5-mini`; absent in plans of before. */
  readonly name?: string;
  readonly answers: number;
}

/** Who gave the candidate's answers, by target. What the gateway did not say is left out. */
export function whoAnswered(plan: EvalPlan, results: readonly WorkResult[]): Answers[] {
  const answered = results.flatMap(({ revision, details: { answeredBy } }) =>
    revision === plan.candidate && answeredBy !== undefined ? [answeredBy] : [],
  );
  return [...Map.groupBy(answered, (target) => target)]
    .sort(([a], [b]) => a - b)
    .map(([target, { length: answers }]) => {
      const name = plan.chain?.[target];
      return { target, answers, ...(name === undefined ? {} : { name }) };
    });
}
