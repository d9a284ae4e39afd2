import type { ServedStep } from '../../config-store/looks/read-look.ts';
import { durationMs } from '../../domain/duration.ts';
import type { Plan } from '../../domain/release/plan.ts';
import { longestPausedMs } from '../../domain/release/look-interval.ts';
import type { LookArgs, LookResult } from './contract.ts';

/** Two clocks may differ a little. As `step_lacks` in the database has it. */
const drift = { ratio: 1.01, ms: 1_000 };

/**
 * What a look is taken by: a message says what it is about, and the release's rows how long a step is to be held, whether it
 * was, what it has to show, and whether a person has promoted it. Whoever sends the message can only ask for more.
 */
export function heldToRows(
  args: LookArgs,
  {
    served,
    weight,
    plan,
  }: { readonly served: ServedStep | undefined; readonly weight: number; readonly plan: Pick<Plan, 'lease'> },
): LookArgs {
  const leaseMs = Math.min(args.leaseMs, durationMs(plan.lease) + longestPausedMs);
  const own = { ...args, weight, leaseMs };
  if (!isAbout(served, args)) return { ...own, promote: false };
  const isHeld = served.heldMs * drift.ratio + drift.ms >= served.holdMs;
  return {
    ...own,
    holdMs: Math.max(args.holdMs, served.holdMs),
    minExposures: Math.max(args.minExposures, served.minExposures),
    heldMs: isHeld ? args.heldMs : Math.min(args.heldMs, served.heldMs),
    promote: args.promote && served.promoted,
  };
}

/** Of a stage whose share is not written yet nothing can pass: what is watched meanwhile is the step before it. */
export function passesNothing<Verdict extends Pick<LookResult, 'verdict' | 'reason'>>(
  verdict: Verdict,
  served: ServedStep | undefined,
  args: Pick<LookArgs, 'stage'>,
): Verdict {
  if (verdict.verdict !== 'pass' || isAbout(served, args)) return verdict;
  return { ...verdict, verdict: 'wait', reason: `${args.stage} is not served` };
}

function isAbout(served: ServedStep | undefined, { stage }: Pick<LookArgs, 'stage'>): served is ServedStep {
  return served?.stage === stage;
}
