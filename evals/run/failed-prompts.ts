import type { GateReason } from '../../analysis/gate/gate-decision.ts';
import { isKnown, type EvalPlan, type WorkResult } from './work.ts';

/** A prompt of the candidate's of which no answer passed. */
export interface FailedPrompt {
  readonly prompt: string;
  readonly caseIds: string[];
  readonly calls: number;
}

/**
 * Prompts that never did what their cases ask, though stable's did where it was asked the same. A suite's pass rate would
 * outvote them: one case of one prompt among thirty of another costs it 3 points.
 */
export function failedPrompts(plan: EvalPlan, results: readonly WorkResult[]): FailedPrompt[] {
  const known = results.filter((result) => result.target === 0 && isKnown(result));
  const byPrompt = [...Map.groupBy(plan.cases, ({ prompt }) => prompt)];
  return byPrompt.flatMap(([prompt, cases]) => {
    if (prompt === undefined) return [];
    const caseIds = cases.map(({ id }) => id);
    const callsOf = (revision: string | undefined): WorkResult[] =>
      known.filter((result) => result.revision === revision && caseIds.includes(result.caseId));
    const [candidate, stable] = [callsOf(plan.candidate), callsOf(plan.stable)];
    const neverPassed = candidate.length > 0 && !candidate.some(hasPassed);
    const stablesDid = stable.length === 0 || stable.some(hasPassed);
    return neverPassed && stablesDid ? [{ prompt, caseIds, calls: candidate.length }] : [];
  });
}

/** `The prompt summarise passed none of 3 calls.` */
export function failedPromptReasons(failed: readonly FailedPrompt[]): GateReason[] {
  return failed.map(({ prompt, caseIds, calls }) => ({
    code: 'prompt_failed',
    message: `The prompt ${prompt} passed none of ${calls} ${calls === 1 ? 'call' : 'calls'}.`,
    caseIds,
  }));
}

function hasPassed({ verdict }: WorkResult): boolean {
  return verdict === 'passed';
}
