import type { JudgeState } from '../../api/schemas/judges.ts';

/** What is known of a judge, for people. */
export function judgeText(state: JudgeState): string {
  const { name, environment, judge, goodPassed, goodFailed, badPassed, badFailed, notJudged, why } = state;
  const may = state.mayDecide ? 'may decide' : `reports, and decides nothing: ${why ?? 'not admitted'}`;
  const unknown = notJudged === 0 ? '' : `, ${notJudged} without a verdict`;
  return [
    `${name} in ${environment}: ${may}`,
    `  of ${goodPassed + goodFailed} good answers it passed ${goodPassed}: sensitivity ${estimateText(state.sensitivity)}`,
    `  of ${badPassed + badFailed} bad ones it failed ${badFailed}: specificity ${estimateText(state.specificity)}${unknown}`,
    `  kappa ${estimateText(state.kappa)}`,
    `  ${placesText(state)}`,
    ...state.corrected.map(
      ({ passed, good }) =>
        `  where it passes ${(100 * passed).toFixed(0)} % of 1,000 answers, this share is good: ${estimateText(good)}`,
    ),
    `  ${judge}, calibrated ${state.at} by ${state.actor}`,
  ].join('\n');
}

function placesText({ pairs, flips, byPlace }: JudgeState): string {
  if (byPlace === undefined)
    return 'of no pair was it asked in both orders: label a good and a bad answer to the same request';
  return `of ${pairs} pairs it named the same place in both orders in ${flips}: ${estimateText(byPlace)}`;
}

/** `0.92 (0.81 to 0.97)` */
export function estimateText({ estimate, lower, upper }: JudgeState['kappa']): string {
  return `${estimate.toFixed(2)} (${lower.toFixed(2)} to ${upper.toFixed(2)})`;
}
