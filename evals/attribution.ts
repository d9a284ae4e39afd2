import { workKey, type EvalPlan, type WorkResult } from './work.ts';

/** Neighbouring cases of one repeat, which both arms are asked side by side: about what one shard runs. */
const casesNearby = 25;

/**
 * The keys of the candidate's calls that ended in a provider's error which may be nobody's fault: stable, which serves
 * production, met such errors as well, among the neighbours or over the whole run, or was not asked (further targets of
 * the chain; no stable at all). Depends on the plan's order alone, not on when results came in.
 */
export function unattributedErrors(plan: EvalPlan, results: readonly WorkResult[]): Set<string> {
  const order = new Map(plan.cases.map(({ id }, i) => [id, i]));
  const scopes = ({ caseId, repeat }: WorkResult): string[] => [
    'the whole run',
    `repeat ${repeat}, cases ${Math.floor((order.get(caseId) ?? 0) / casesNearby)}`,
  ];
  const failed = results.filter(
    ({ verdict, details }) => verdict === 'failed' && details.fault === 'provider',
  );
  const onChain = failed.filter(({ target }) => target === 0);
  const stable = countBy(onChain.filter(({ revision }) => revision === plan.stable).flatMap(scopes));
  const candidate = countBy(onChain.filter(({ revision }) => revision === plan.candidate).flatMap(scopes));
  const isShared = (result: WorkResult): boolean =>
    plan.stable === undefined ||
    result.target > 0 ||
    scopes(result).some((scope) => alike(candidate.get(scope) ?? 0, stable.get(scope) ?? 0));
  return new Set(
    failed
      .filter(({ revision }) => revision === plan.candidate)
      .filter(isShared)
      .map(workKey),
  );
}

/** Chance alone seldom doubles a rate that both arms share; a candidate that errs more often than that is to blame. */
function alike(candidate: number, stable: number): boolean {
  return stable > 0 && stable * 2 >= candidate;
}

function countBy(keys: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const key of keys) counts.set(key, (counts.get(key) ?? 0) + 1);
  return counts;
}
