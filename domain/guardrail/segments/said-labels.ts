import type { PlanGuardrails } from '../plan-guardrails.ts';
import { scopeIn, segmentName } from './scope.ts';

/** What a caller says that a request is of, by label. */
export type SaidLabels = Readonly<Record<string, string>>;

/** The segments of a plan that a request with such labels is of, each once: `tenant=acme`. */
export function segmentsOf(guardrails: PlanGuardrails, labels: SaidLabels): string[] {
  const named = Object.values(guardrails).flatMap((settings) => {
    const scope = scopeIn(settings);
    if (scope === undefined || !Object.hasOwn(labels, scope.label)) return [];
    const value = labels[scope.label] ?? '';
    return scope.values.includes(value) ? [segmentName(scope.label, value)] : [];
  });
  return [...new Set(named)].sort();
}
