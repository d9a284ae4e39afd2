import { courseOf } from '../../../activities/looks/judging/course.ts';
import { closesByExposures, lookWithinMs } from '../../../domain/release/look-interval.ts';
import type { Plan } from '../../../domain/release/plan.ts';
import { createJudgedRelease, type LookFound, type MeanBounds } from './judged-release.ts';

/** Under which split time passes. */
export interface Period {
  readonly fromMs: number;
  readonly toMs: number;
  readonly splitVersion: number;
  /** The step of the plan, from 0. */
  readonly step: number;
  /** The candidate's share, 0..1. */
  readonly weight: number;
}

/** Requests and what becomes of them. */
export interface Traffic {
  pass(period: Period): void;
  /** The candidate's settled requests under a split version. */
  exposed(splitVersion: number): number;
  /** What was counted and observed since it was asked last. */
  found(period: Period): Pick<LookFound, 'counts' | 'dryRuns' | 'means'>;
  /** The candidate's requests so far, settled or not. */
  candidateRequests(): number;
  readonly bounds?: MeanBounds;
}

/** How a release ended. */
export interface Played {
  /** The guardrail that took it back; absent where it passed all steps. */
  readonly takenBackBy?: string;
  readonly step: number;
  readonly looks: number;
  readonly candidateRequests: number;
  /** Since its first step began. */
  readonly afterMs: number;
}

/**
 * Walks the steps of a plan on a clock of its own, with looks as often as a worker takes them, until the judge takes the
 * candidate back or all steps are over.
 *
 * @param everyMs how often it is seen whether a look closes by its exposures; a worker asks once a second
 */
export function playRelease(plan: Plan, traffic: Traffic, everyMs = 1_000): Played {
  const judge = createJudgedRelease(plan, traffic.bounds);
  const steps = courseOf(plan).steps.slice(0, plan.steps.length);
  let [atMs, looks] = [0, 0];
  const ended = (step: number) => ({
    step,
    looks,
    candidateRequests: traffic.candidateRequests(),
    afterMs: atMs,
  });
  for (const [step, { stage, weight, holdMs }] of steps.entries()) {
    const splitVersion = step + 1;
    let [heldMs, lookedAtMs, exposedBefore] = [0, 0, 0];
    while (heldMs < holdMs) {
      const period = { fromMs: atMs, toMs: atMs + everyMs, splitVersion, step, weight: weight / 100 };
      traffic.pass(period);
      atMs += everyMs;
      heldMs += everyMs;
      const exposed = traffic.exposed(splitVersion);
      const isDue = heldMs - lookedAtMs >= lookWithinMs({ heldMs: lookedAtMs, holdMs });
      if (!isDue && heldMs < holdMs && !closesByExposures(exposedBefore, exposed)) continue;
      looks += 1;
      const look = { stage, splitVersion, elapsedMs: heldMs - lookedAtMs, ...traffic.found(period) };
      const takenBackBy = judge(look);
      [lookedAtMs, exposedBefore] = [heldMs, exposed];
      if (takenBackBy !== undefined) return { takenBackBy, ...ended(step) };
    }
  }
  return ended(steps.length);
}
