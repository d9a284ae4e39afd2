import {
  type CriticalGateJudgement,
  decideGate,
  type GateDecision,
  type GateReason,
} from '../analysis/gate/gate-decision.ts';
import { digestOf } from '../domain/revision/digest.ts';
import { SluiceError } from '../domain/errors.ts';
import { deadTargetReasons, deadTargets, type DeadTarget } from './targets/dead-targets.ts';
import { failedPromptReasons, failedPrompts, type FailedPrompt } from './run/failed-prompts.ts';
import { isByCriticalCases } from './run/plan-evaluation.ts';
import type { Rounds } from './run/rounds.ts';
import { requireKnown } from './run/unknown-results.ts';
import { goesByPlace } from '../analysis/judges/places.ts';
import {
  byPlaceReasons,
  pairingJudges,
  unstableJudges,
  unstableReasons,
  withoutUnstable,
  type PairingJudge,
  type UnstableJudge,
} from './run/unstable-judges.ts';
import { isKnown, workKey, type EvalPlan, type WorkResult } from './run/work.ts';

/** The decision of an evaluation, over the suite and the critical cases on every target of the chain. */
export interface EvalDecision extends Omit<GateDecision, 'critical'> {
  readonly critical: CriticalGateJudgement;
  /** The critical cases on the chain's further targets; absent where there are none. */
  readonly fallbacks?: CriticalGateJudgement;
  readonly reasons: GateReason[];
  /** The critical cases alone were asked, and decide. */
  readonly byCriticalCases?: true;
  /** Prompts of the candidate of which nothing is known, since no case asks them. */
  readonly promptsWithoutCases?: readonly string[];
  /** Judges that were asked which of two answers is better, and how often each went by the place. */
  readonly pairing?: readonly PairingJudge[];
}

/**
 * Decides a finished evaluation.
 *
 * @throws SluiceError `broken_measurement` where calls are not accounted for, stable's own errors say that the way to the
 *   revisions is broken, or answers could not be judged and what is known is no block
 */
export function decideEvaluation(
  plan: EvalPlan,
  rounds: Rounds,
  results: readonly WorkResult[],
): EvalDecision {
  if (!rounds.finished) {
    throw new SluiceError(
      'broken_measurement',
      `${rounds.missing.length} calls of the evaluation are not accounted for.`,
      {
        remedy: 'Run its shards again: only what is missing is called.',
      },
    );
  }
  const dead = deadTargets(plan, results);
  requireMeasurement(plan, results, dead);
  const failed = failedPrompts(plan, results);
  const unstable = unstableJudges(results);
  const pairing = pairingJudges(results);
  const byPlace = pairing.filter(goesByPlace);
  const decision =
    unstable.length + byPlace.length === 0
      ? decide(plan, rounds, { dead, failed })
      : decideWithout(plan, rounds, { dead, failed, unstable, byPlace });
  // A block stands on what is known; everything else would rest on what is not. What is shown alone decides nothing.
  const shown = new Set(plan.reported?.map(({ id }) => id));
  if (decision.outcome !== 'block') requireKnown(results.filter(({ caseId }) => !shown.has(caseId)));
  const { promptsWithoutCases } = plan;
  return {
    ...decision,
    ...(isByCriticalCases(plan) ? { byCriticalCases: true as const } : {}),
    ...(promptsWithoutCases === undefined ? {} : { promptsWithoutCases }),
    ...(pairing.length === 0 ? {} : { pairing }),
  };
}

/** Whatever a judge says that disagrees with itself, or goes by places, its cases are no pass, and block nothing. */
function decideWithout(
  plan: EvalPlan,
  rounds: Rounds,
  {
    unstable,
    byPlace,
    ...found
  }: Parameters<typeof decide>[2] & {
    readonly unstable: readonly UnstableJudge[];
    readonly byPlace: readonly PairingJudge[];
  },
): EvalDecision {
  const decision = decide(plan, withoutUnstable(plan, rounds, [...unstable, ...byPlace]), found);
  return {
    ...decision,
    outcome: decision.outcome === 'block' ? 'block' : 'inconclusive',
    reasons: [...decision.reasons, ...unstableReasons(plan, unstable), ...byPlaceReasons(plan, byPlace)],
  };
}

function decide(
  plan: EvalPlan,
  { suite: ofSuite, fallbacks: ofFallbacks }: Rounds,
  { dead, failed }: { readonly dead: readonly DeadTarget[]; readonly failed: readonly FailedPrompt[] },
): EvalDecision {
  const suite = decideGate(ofSuite);
  const fallbacks = ofFallbacks === undefined ? undefined : decideGate(ofFallbacks);
  const bound = dead.some(({ byBinding }) => byBinding) ? 'block' : 'pass';
  const prompts = failed.length > 0 ? 'inconclusive' : 'pass';
  const outcomes = [suite.outcome, fallbacks?.outcome ?? 'pass', bound, prompts] as const;
  return {
    ...suite,
    outcome: outcomes.reduce(worse),
    reasons: [
      ...deadTargetReasons(plan, dead),
      ...failedPromptReasons(failed),
      ...suite.reasons,
      ...(fallbacks?.reasons ?? []),
    ],
    ...(fallbacks === undefined ? {} : { fallbacks: fallbacks.critical }),
  };
}

/**
 * Stable serves production: where it fails half of its calls though the provider is there, staging is broken and not the
 * candidate. Without a stable to tell the two apart, a candidate that only gave errors was not measured, unless its
 * provider said that there is no such model, or that the key is wrong.
 */
function requireMeasurement(
  plan: EvalPlan,
  results: readonly WorkResult[],
  dead: readonly DeadTarget[],
): void {
  if (plan.stable === undefined && dead.some(({ target, byBinding }) => target === 0 && byBinding)) return;
  const reference = results
    .filter(isKnown)
    .filter(({ revision, target }) => target === 0 && revision === (plan.stable ?? plan.candidate));
  if (reference.length === 0) return;
  const failed = reference.filter(({ error }) => error !== undefined);
  const tolerated = plan.stable === undefined ? reference.length - 1 : reference.length / 2;
  if (failed.length <= tolerated) return;
  const name = plan.stable === undefined ? 'the candidate' : 'stable, which serves production';
  throw new SluiceError(
    'broken_measurement',
    `${failed.length} of ${reference.length} calls to ${name} ended in errors (${failed[0]?.error ?? 'unknown'}).`,
    { remedy: 'Mend the staging environment, then start the release again.' },
  );
}

function worse(a: GateDecision['outcome'], b: GateDecision['outcome']): GateDecision['outcome'] {
  if (a === 'block' || b === 'block') return 'block';
  return a === 'pass' && b === 'pass' ? 'pass' : 'inconclusive';
}

/** The digest of what a decision rests on: the plan and every result, in one order. */
export function evidenceDigest(plan: EvalPlan, results: readonly WorkResult[]): string {
  const rows = results.map(({ caseId, revision, target, repeat, verdict, error, details }) => ({
    caseId,
    revision,
    target,
    repeat,
    passed: verdict === 'passed',
    error: error ?? null,
    fault: details.fault ?? null,
    ...(isKnown({ verdict }) ? {} : { verdict }),
  }));
  rows.sort((a, b) => (workKey(a) < workKey(b) ? -1 : 1));
  return digestOf({ plan, rows });
}
