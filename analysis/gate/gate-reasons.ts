import type { CriticalCaseJudgement, CriticalJudgement } from './critical-cases.ts';
import type { GateInput } from './gate-cases.ts';
import { casesToShow, lookZ } from './gate-looks.ts';
import type { AbsoluteJudgement, RelativeJudgement } from './gate-rates.ts';

type GateReasonCode =
  | 'no_cases'
  | 'missing_scores'
  | 'target_failed'
  | 'prompt_failed'
  | 'judge_unstable'
  | 'judge_by_place'
  | 'critical_failed'
  | 'critical_undecided'
  | 'pass_rate_low'
  | 'pass_rate_uncertain'
  | 'worse_than_stable'
  | 'difference_uncertain';

/** Why a gate did not pass, for programs and for people. */
export interface GateReason {
  readonly code: GateReasonCode;
  readonly message: string;
  /** The cases it is about; empty where it is about all. */
  readonly caseIds: readonly string[];
}

export interface GateParts {
  readonly absolute: AbsoluteJudgement;
  readonly relative: RelativeJudgement | undefined;
  readonly critical: Omit<CriticalJudgement, 'cases'> & {
    readonly cases: readonly (CriticalCaseJudgement & { readonly id: string })[];
  };
  readonly missing: Record<'candidate' | 'stable', readonly string[]>;
}

/** All reasons against a pass, the gravest first. */
export function gateReasons(input: GateInput, parts: GateParts): GateReason[] {
  if (input.cases.length === 0) return [reason('no_cases', 'The suite has no cases.')];
  const missing = missingReasons(parts.missing);
  const rates = [...relativeReasons(parts.relative, input), ...absoluteReasons(parts.absolute, input)];
  const blocking = rates.filter(({ code }) => code === 'worse_than_stable' || code === 'pass_rate_low');
  // Without all scores a rate passes nothing, so what is missing is the reason.
  return [...criticalReasons(parts.critical), ...(missing.length > 0 ? [...blocking, ...missing] : rates)];
}

function criticalReasons({ outcome, cases, meanE }: GateParts['critical']): GateReason[] {
  if (outcome === 'pass') return [];
  if (outcome === 'block') {
    const failed = cases.filter(({ failures, state }) => failures > 0 && state !== 'cleared');
    const message = `Critical cases fail (mean evidence ${meanE.toPrecision(3)}, allowed below 20).`;
    return [reason('critical_failed', message, failed)];
  }
  const undecided = cases.filter(({ state }) => state !== 'cleared');
  return [reason('critical_undecided', 'Critical cases are neither cleared nor failed.', undecided)];
}

function relativeReasons(
  relative: RelativeJudgement | undefined,
  { margin, maxRepeats }: GateInput,
): GateReason[] {
  if (relative === undefined || relative.outcome === 'pass') return [];
  const { estimate, lower, upper, units, marginShown } = relative;
  const found =
    `The candidate differs from stable by ${points(estimate)} points (${points(lower)} to ${points(upper)}, ` +
    `${counted(units)}); the margin is ${points(margin)}${seenText(marginShown)}, ${needed(casesToShow(marginShown ?? margin, lookZ(maxRepeats)))}.`;
  return [reason(relative.outcome === 'block' ? 'worse_than_stable' : 'difference_uncertain', found)];
}

function absoluteReasons(
  { outcome, rate, asJudged, lower, upper, units }: AbsoluteJudgement,
  { minPassRate, maxRepeats }: GateInput,
): GateReason[] {
  if (outcome === 'pass' || rate === null) return [];
  const found =
    `The pass rate is ${points(rate)} % (${points(lower)} to ${points(upper)} %, ${counted(units)}${
      asJudged === undefined ? '' : `, corrected from ${points(asJudged)} % that passed with the judge`
    }); ` +
    `${points(minPassRate)} % is asked for, ${needed(casesToShow(1 - minPassRate, lookZ(maxRepeats)))}.`;
  return [reason(outcome === 'block' ? 'pass_rate_low' : 'pass_rate_uncertain', found)];
}

/** What of it can be shown by a judge that does not see all. */
function seenText(shown: number | undefined): string {
  return shown === undefined ? '' : `, of which the judge sees ${points(shown)}`;
}

function counted(units: number): string {
  return units === 1 ? '1 case' : `${units} cases`;
}

/** What a suite must have at the least before it can pass at all. */
function needed(cases: number): string {
  return cases === Infinity ? 'which no number of cases can show' : `which takes at least ${counted(cases)}`;
}

function missingReasons(missing: GateParts['missing']): GateReason[] {
  const arms = ['candidate', 'stable'] as const;
  return arms
    .filter((arm) => missing[arm].length > 0)
    .map((arm) => ({
      code: 'missing_scores',
      message: `Cases have not run on ${arm} as often as they must: ${missing[arm].length}.`,
      caseIds: missing[arm],
    }));
}

function reason(
  code: GateReasonCode,
  message: string,
  cases: readonly { readonly id: string }[] = [],
): GateReason {
  return { code, message, caseIds: cases.map(({ id }) => id) };
}

function points(share: number): string {
  return (share * 100).toFixed(1);
}
