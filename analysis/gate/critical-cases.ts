/** `sequential`: a failure is evidence, weighed against passes; `never`: the first failure blocks. */
export type CriticalPolicy = 'sequential' | 'never';

/** `exhausted`: all repeats are used up and it is neither cleared nor the suite blocked. */
type CriticalCaseState = 'cleared' | 'open' | 'exhausted';

export interface CriticalCaseJudgement {
  readonly repeats: number;
  readonly failures: number;
  /** Evidence that the case passes half of the time rather than 9 in 10. */
  readonly e: number;
  readonly state: CriticalCaseState;
}

export interface CriticalJudgement {
  readonly outcome: 'pass' | 'block' | 'inconclusive';
  /** Mean over the critical cases of their evidence; 1 where there is none. */
  readonly meanE: number;
  /** In the order of the input. */
  readonly cases: CriticalCaseJudgement[];
}

const passFactor = 5 / 9;
const failureFactor = 5;
/** Reached by 5 of 5, 8 of 9, 11 of 13. */
const clearedAt = 0.053;
const blockedAt = 20;
/** Repeats of a critical case after which it is not tried any further. */
export const criticalRepeatCap = 20;

/**
 * Judges the critical cases of a suite (DESIGN section 8, STATISTICS section 8): Wald's sequential ratio test (1945) of
 * pass probability 0.9 against 0.5 in each case; the suite is blocked by the *mean* of their evidence, so that fifty
 * good cases do not block each other ("4 of 5" in each blocks 68 % of such suites at 95 %).
 *
 * @param cases per case, whether each repeat passed, in order; an error is a failure.
 */
export function judgeCriticalCases(
  cases: readonly (readonly boolean[])[],
  policy: CriticalPolicy,
): CriticalJudgement {
  return policy === 'never' ? judgeWithoutForgiveness(cases) : judgeSequentially(cases);
}

/** The least number of further passes that would clear an open case: a batch of this size never overshoots. */
export function passesToClear(e: number): number {
  let passes = 0;
  for (let left = e; left > clearedAt; left *= passFactor) passes++;
  return passes;
}

function judgeSequentially(cases: readonly (readonly boolean[])[]): CriticalJudgement {
  const judged = cases.map(walk);
  const meanE = judged.length === 0 ? 1 : judged.reduce((sum, { e }) => sum + e, 0) / judged.length;
  const cleared = judged.every(({ state }) => state === 'cleared');
  return { outcome: meanE >= blockedAt ? 'block' : cleared ? 'pass' : 'inconclusive', meanE, cases: judged };
}

/** A case's evidence stops where it is cleared: repeats beyond that do not count. */
function walk(passes: readonly boolean[]): CriticalCaseJudgement {
  let e = 1;
  let failures = 0;
  for (const [index, passed] of passes.slice(0, criticalRepeatCap).entries()) {
    e *= passed ? passFactor : failureFactor;
    if (!passed) failures++;
    if (e <= clearedAt) return { repeats: index + 1, failures, e, state: 'cleared' };
  }
  const repeats = Math.min(passes.length, criticalRepeatCap);
  return { repeats, failures, e, state: repeats === criticalRepeatCap ? 'exhausted' : 'open' };
}

function judgeWithoutForgiveness(cases: readonly (readonly boolean[])[]): CriticalJudgement {
  const judged = cases.map((passes): CriticalCaseJudgement => {
    const failures = passes.filter((passed) => !passed).length;
    const state = failures === 0 && passes.length > 0 ? 'cleared' : 'open';
    return { repeats: passes.length, failures, e: failures === 0 ? 1 : Infinity, state };
  });
  const failed = judged.some(({ failures }) => failures > 0);
  const cleared = judged.every(({ state }) => state === 'cleared');
  return {
    outcome: failed ? 'block' : cleared ? 'pass' : 'inconclusive',
    meanE: failed ? Infinity : 1,
    cases: judged,
  };
}
