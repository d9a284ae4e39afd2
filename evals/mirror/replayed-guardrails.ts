import { oneLookZ } from '../../analysis/gate/gate-looks.ts';
import { pairedDifference } from '../../analysis/gate/paired-difference.ts';
import type { PlanGuardrails } from '../../domain/guardrail/plan-guardrails.ts';
import { judgedGuardrails, guardrails } from '../../domain/guardrail/registry.ts';
import { workKey, type WorkResult } from '../run/work.ts';

/** What is judged: the rules by guardrail, and the pairs. */
export interface ReplayedPairs {
  readonly candidate: string;
  readonly stable: string;
  readonly samples: readonly { readonly id: string; readonly group?: string }[];
  readonly guardrails?: Readonly<Record<string, ReplayedRule>>;
}

interface ReplayedRule {
  /** Where that is not its name. */
  readonly kind?: string;
  readonly ratio: number;
  readonly floor: number;
}

/** What a guardrail has seen in a replay. */
export interface ReplayedGuardrail {
  readonly name: string;
  /** Pairs of which both answers are known to be bad or not. */
  readonly pairs: number;
  readonly candidateBad: number;
  readonly stableBad: number;
  /** The candidate is shown to have more bad answers than the plan allows. */
  readonly exceeded: boolean;
}

/** The rules of a plan's guardrails that a replay can see. */
export function replayedRules(plan: {
  readonly guardrails: PlanGuardrails;
}): NonNullable<ReplayedPairs['guardrails']> {
  const seen = judgedGuardrails(plan).filter(
    ({ guardrail, dryRun }) => guardrail.replayedBad !== undefined && !dryRun,
  );
  return Object.fromEntries(
    seen.map(({ name, guardrail: { name: kind }, rule: { ratio, floor } }) => [
      name,
      { ...(kind === name ? {} : { kind }), ratio, floor },
    ]),
  );
}

/**
 * Judges the guardrails in pairs of answers to the same request: is the mean of (bad on the candidate - ratio x bad on
 * stable) above the floor, by its one-sided 95 % bound over subjects or conversations?
 */
export function judgeReplayed(plan: ReplayedPairs, results: readonly WorkResult[]): ReplayedGuardrail[] {
  const found = new Map(results.map((result) => [workKey(result), result]));
  return Object.entries(plan.guardrails ?? {}).flatMap(([name, rule]) => {
    const replayedBad = guardrails.find((each) => each.name === (rule.kind ?? name))?.replayedBad;
    if (replayedBad === undefined) return [];
    const badOf = (caseId: string, revision: string): number | undefined => {
      const result = found.get(workKey({ caseId, revision, target: 0, repeat: 0 }));
      const attempts = result?.details.attempts;
      return attempts === undefined ? undefined : Number(replayedBad({ attempts }));
    };
    const pairs = plan.samples.flatMap(({ id, group }) => {
      const [candidate, stable] = [badOf(id, plan.candidate), badOf(id, plan.stable)];
      return candidate === undefined || stable === undefined ? [] : [{ candidate, stable, group }];
    });
    const excess = pairedDifference(
      pairs.map(({ candidate, stable, group }) => ({
        candidate: [candidate],
        stable: [rule.ratio * stable],
        group,
      })),
      oneLookZ,
      { least: -rule.ratio, most: 1 },
    );
    const sum = (arm: 'candidate' | 'stable') => pairs.reduce((total, pair) => total + pair[arm], 0);
    return [
      {
        ...{ name, pairs: pairs.length, exceeded: excess.lower > rule.floor },
        ...{ candidateBad: sum('candidate'), stableBad: sum('stable') },
      },
    ];
  });
}
