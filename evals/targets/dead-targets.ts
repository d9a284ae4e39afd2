import type { GateReason } from '../../analysis/gate/gate-decision.ts';
import { isBindingStatus } from '../../domain/revision/target-probe.ts';
import { pinnedTarget, type EvalPlan, type WorkResult } from '../run/work.ts';

/** A target of the candidate's chain that answered none of the calls that it was asked alone. */
export interface DeadTarget {
  /** Index in the chain. */
  readonly target: number;
  readonly calls: number;
  /** Of its first error: never a vendor's words, which may quote what was asked. */
  readonly code: string;
  /** The provider refused every call for the model, the key or the place: nothing that depends on a case. */
  readonly byBinding: boolean;
}

/** Targets that a fallback would have hidden: none of them gave an answer (invariant 25). */
export function deadTargets(plan: EvalPlan, results: readonly WorkResult[]): DeadTarget[] {
  const candidate = results.filter(
    ({ revision, target }) => revision === plan.candidate && pinnedTarget(plan, target) !== undefined,
  );
  const byTarget = [...Map.groupBy(candidate, ({ target }) => target)].sort(([a], [b]) => a - b);
  return byTarget.flatMap(([target, calls]) => {
    const errors = calls.flatMap(({ verdict, error }) => (verdict === 'failed' ? (error ?? []) : []));
    const [first] = errors;
    if (first === undefined || errors.length < calls.length) return [];
    const byBinding = calls.every(({ details }) => isBindingStatus(details.status));
    return [{ target, calls: calls.length, code: codeOf(first, calls[0]?.details.status), byBinding }];
  });
}

/** `Target 1 (openai/gpt-6-ultra) answered none of 120 calls: 404 model_not_found.` */
export function deadTargetReasons(plan: EvalPlan, dead: readonly DeadTarget[]): GateReason[] {
  return dead.map(({ target, calls, code, byBinding }) => {
    const name = plan.chain?.[target];
    const who = name === undefined ? `Target ${target + 1}` : `Target ${target + 1} (${name})`;
    const remedy = byBinding ? ' See its name in the chain, and its binding and key in staging.' : '';
    return {
      code: 'target_failed',
      message: `${who} answered none of ${calls} calls: ${code}.${remedy}`,
      caseIds: [],
    };
  });
}

function codeOf(error: string, status: number | undefined): string {
  const [code = 'unknown'] = error.split(': ', 1);
  return status === undefined || code.includes(String(status)) ? code : `${status} ${code}`;
}
