import type { EvaluateSettings } from '../../domain/release/plan.ts';
import { promptsNotAsked } from '../../domain/policy/judged-prompts.ts';
import { targetName, type Target } from '../../domain/revision/revision.ts';
import type { EvalCase } from './eval-case.ts';
import { knowsPrompt, requirePrompts, type Prompts } from './judged-prompts.ts';
import type { EvalPlan } from './work.ts';

/**
 * The plan of an evaluation: which cases, on which revisions, judged how. A case of a prompt that stable does not have is
 * asked of the candidate alone. Throws `invalid_file` for one of a prompt that the candidate does not have.
 */
export function planOf(args: {
  readonly cases: readonly EvalCase[];
  readonly candidate: string;
  /** The revision in production, where there is one other than the candidate. */
  readonly stable: string | undefined;
  /** Of the candidate. */
  readonly chain: readonly Target[];
  readonly prompts: { readonly candidate: Prompts; readonly stable: Prompts | undefined };
  readonly settings: EvaluateSettings;
}): EvalPlan {
  const { cases, candidate, stable, chain, prompts } = args;
  requirePrompts(cases, prompts.candidate);
  const without = promptsNotAsked(
    prompts.candidate,
    cases.map(({ prompt }) => prompt),
  );
  const { minPassRate, margin, maxRepeats, critical } = args.settings;
  return {
    version: 2,
    candidate,
    ...(stable === undefined || stable === candidate ? {} : { stable }),
    cases: cases.map((each) => ({
      id: each.id,
      critical: each.critical,
      ...(each.group === undefined ? {} : { group: each.group }),
      ...promptOf(each, prompts.candidate),
      ...(prompts.stable === undefined || knowsPrompt(each, prompts.stable) ? {} : { alone: true as const }),
    })),
    ...(without.length === 0 ? {} : { promptsWithoutCases: without }),
    targets: chain.length,
    chain: chain.map(targetName),
    settings: { minPassRate, margin, maxRepeats, critical },
  };
}

/** One of several prompts must not be outvoted by the others; of one there is nothing to tell apart. */
function promptOf({ prompt }: EvalCase, { prompts, defaultPrompt }: Prompts): { readonly prompt?: string } {
  const asked = prompt ?? defaultPrompt;
  return asked === undefined || Object.keys(prompts).length < 2 ? {} : { prompt: asked };
}
