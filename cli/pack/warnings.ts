import { promptsNotAsked } from '../../domain/policy/judged-prompts.ts';
import { slashedIn } from '../../evals/suite-file/slashed.ts';
import { unfilledIn } from '../../evals/suite-file/unfilled.ts';
import type { Packed } from './pack.ts';
import { smallSuiteWarnings } from './small-suites.ts';

/** What is allowed in a release's files and yet hardly meant, as sentences with their remedy. */
export function warningsOf(packed: Packed): string[] {
  return [...smallSuiteWarnings(packed), ...askingWarningsOf(packed)];
}

/** Of these, those about what is asked: what a suite is too small for, its evaluation says by itself. */
export function askingWarningsOf(packed: Packed): string[] {
  return [
    ...unjudgedPrompts(packed),
    ...packed.promptWarnings,
    ...unfilledVariables(packed),
    ...slashedExpressions(packed),
  ];
}

/** Prompts that no case asks, by the suites that each plan is judged by; none where nothing is evaluated. */
function unjudgedPrompts({ content, plans, suites }: Packed): string[] {
  if (suites.length === 0) return [];
  const judging = Object.entries(plans).flatMap(([plan, { evaluate }]) =>
    evaluate === 'skip'
      ? []
      : [{ plan, suites: suites.filter(({ name }) => evaluate.suites?.includes(name) ?? true) }],
  );
  const without = judging.flatMap(({ plan, suites: ofPlan }) => {
    const asked = ofPlan.flatMap(({ content: { tests } }) => tests.map(({ prompt }) => prompt));
    return promptsNotAsked(content, asked).map((name) => ({ plan, name }));
  });
  return [...Map.groupBy(without, ({ name }) => name)].map(([name, found]) => {
    const by =
      found.length === judging.length ? '' : ` in ${found.map(({ plan }) => `the plan ${plan}`).join(', ')}`;
    return `no case asks the prompt ${name}${by}: add one with \`prompt: ${name}\`, or its release may be refused.`;
  });
}

function slashedExpressions({ suites }: Packed): string[] {
  return suites.flatMap((suite) =>
    slashedIn(suite).map(
      ({ caseId, type, written }) =>
        `suite ${suite.name}: case ${caseId} asks "${type}" for ${written}, slashes and all; write the expression alone.`,
    ),
  );
}

function unfilledVariables({ suites }: Packed): string[] {
  return suites.flatMap((suite) =>
    unfilledIn(suite).map(
      ({ caseId, written }) =>
        `suite ${suite.name}: case ${caseId} sends ${written} as it stands there; write out what it means.`,
    ),
  );
}
