export interface CaseMean {
  /** Mean score of the case's repeats, 0..1. */
  mean: number;
  /** Cases of one group share their fate; a case without one is a group of its own. */
  group?: string | undefined;
}

/** One failing case's worth of doubt: keeps a single failure from making the estimate look certain. */
const prior = 1;

/**
 * The variance of the mean of the cases' means over what it would be for one independent yes-or-no outcome a case.
 * Repeats of a case agree with each other (intra-class correlation), so K of them count as fewer than K cases: the
 * result lies between 1/K and 1. Groups of cases that fail together push it above 1. Wilson with n = cases / design
 * effect then keeps its 95 %, with n = all repeats it has 83-89 % (DESIGN section 8, STATISTICS section 8).
 *
 * @param cases at least one.
 * @param repeats K, repeats per case, >= 1.
 */
export function designEffect(cases: readonly CaseMean[], repeats: number): number {
  const rate = cases.reduce((sum, { mean }) => sum + mean, 0) / cases.length;
  const deviations = groupDeviations(cases, rate);
  const squares = deviations.reduce((sum, deviation) => sum + deviation * deviation, 0);
  const groupSize = cases.length / deviations.length;
  const effect = (squares + prior * groupSize) / (cases.length * rate * (1 - rate) + prior);
  return Math.max(1 / repeats, effect);
}

function groupDeviations(cases: readonly CaseMean[], rate: number): number[] {
  const groups = new Map<string, number>();
  const single: number[] = [];
  for (const { mean, group } of cases) {
    if (group === undefined) single.push(mean - rate);
    else groups.set(group, (groups.get(group) ?? 0) + mean - rate);
  }
  return [...single, ...groups.values()];
}
