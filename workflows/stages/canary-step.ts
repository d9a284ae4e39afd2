import type { LookResult } from '../../activities/looks/contract.ts';
import type { RaiseResult } from '../../activities/split/contract.ts';
import type { CourseStep } from '../../domain/release/course.ts';
import { store } from '../activities.ts';
import { registerWithdrawal } from '../compensations.ts';
import {
  inTurn,
  isPaused,
  readDecisions,
  toKeep,
  transition,
  type ReleaseContext,
} from '../release-context.ts';
import { newStepState } from '../step-state.ts';
import { publish } from '../visibility.ts';
import { betweenLooks } from './between-looks.ts';
import { withAcks } from './follow-acks.ts';
import { measure } from './measure.ts';
import { letClockRun, startAgain, type Measured } from './measured.ts';
import type { StageResult } from './stage.ts';
import { whenProgressing } from './when-progressing.ts';

/** A share of the subjects, held for a time while guardrails are judged; the hold clock waits for the gateways' acks. */
export async function canaryStep(context: ReleaseContext, step: CourseStep): Promise<StageResult> {
  const state = (context.step ??= newStepState(step, context.progress.course.maxHoldMs));
  const measured: Measured = { context, step, state };
  registerWithdrawal(context);
  for (;;) {
    state.version ??= await whenProgressing(measured, () =>
      inTurn(context, () => raise(context, step, state.again)),
    );
    const result = await withAcks(measured, state.version, () => hold(measured));
    if (result !== 'again') return result;
  }
}

async function raise(
  context: ReleaseContext,
  { stage, weight }: CourseStep,
  again: number | undefined,
): Promise<RaiseResult> {
  const { releaseId } = context.opened;
  const { splitVersion: expectedVersion, course } = context.progress;
  const { leaseMs } = course;
  const more = { kept: toKeep(context), atMs: Date.now(), ...(again === undefined ? {} : { again }) };
  const result = await store.writeStep.executeWithOptions({ summary: `Split to ${weight} %` }, [
    { releaseId, stage, weight, expectedVersion, leaseMs, ...more },
  ]);
  if (result.kind !== 'written') return result;
  transition(context, { kind: 'raised', version: result.version, weight, atMs: Date.now() });
  publish(context);
  return result;
}

async function hold(measured: Measured): Promise<StageResult | 'again'> {
  for (;;) {
    const look = await measure(measured);
    if (look?.verdict === 'again' && !isPaused(measured.context)) {
      startAgain(measured, look.reason);
      return 'again';
    }
    const result = look && (await resultOf(measured, look));
    if (result !== undefined) return result;
    await betweenLooks(measured);
  }
}

/** What a look means for the step: a paused release is still taken back, but it never goes on. */
async function resultOf(measured: Measured, look: LookResult): Promise<StageResult | undefined> {
  const { context } = measured;
  const { verdict, reason: summary, guardrail } = look;
  const evidence = look.evidenceDigest === undefined ? {} : { evidenceDigest: look.evidenceDigest };
  const takenBack = (reason: string): StageResult => ({
    ...evidence,
    outcome: 'fail',
    summary: reason,
    end: { outcome: 'rolled_back', reason, ...(guardrail === undefined ? {} : { guardrail }) },
  });
  if (verdict === 'fail') return takenBack(summary);
  if (isPaused(context)) {
    // The comparison needs a write of the split, which a pause forbids: the alarm cannot be cleared.
    return verdict === 'alarm' ? takenBack(`${summary}, and a paused release cannot be compared`) : undefined;
  }
  if (verdict === 'pass') return { ...passed(measured, look), ...evidence };
  if (verdict === 'alarm') {
    const compared = `${summary}: compared with stable at 50 %`;
    return { ...evidence, outcome: 'inconclusive', summary: compared, alarmed: true };
  }
  return verdict === 'inconclusive' || ackIsOverdue(measured) ? undecided(measured, look) : undefined;
}

/** A step passes by what it has shown; where a person's word did it, that is recorded as an override. */
function passed({ context, state }: Measured, look: LookResult): StageResult {
  const { promotion, weight, splitVersion } = context.progress;
  const { reason: summary, lacking, exposures, guardrails } = look;
  if (promotion === undefined || lacking === undefined) return { outcome: 'pass', summary };
  const { actor, reason: why } = promotion;
  const by = { actor, ...(why === undefined ? {} : { reason: why }) };
  const { lookedAtHeldMs: heldMs, holdMs } = state;
  return {
    outcome: 'override',
    summary: `promoted by ${promotion.actor} although ${lacking}; ${summary}`,
    override: { ...by, lacking, weight, splitVersion, heldMs, holdMs, exposures, guardrails },
  };
}

function ackIsOverdue({ context, state }: Measured): boolean {
  return !state.acked && Date.now() - context.progress.splitWrittenMs >= state.deadlineMs;
}

/** The longest hold is over: the plan says whether people decide now, or the release is taken back. */
async function undecided(
  measured: Measured,
  { reason, byCallers }: LookResult,
): Promise<StageResult | undefined> {
  const { context, step, state } = measured;
  const { course, splitWrittenMs } = context.progress;
  const waited = state.waitingFor === undefined ? reason : `${reason}; waited for ${state.waitingFor}`;
  // What callers choose takes nothing back: people decide.
  if (course.onInconclusive === 'rollback' && byCallers !== true) {
    return {
      outcome: 'inconclusive',
      summary: waited,
      end: { outcome: 'rolled_back', reason: waited, condemns: false },
    };
  }
  const key = `inconclusive/${step.stage}/${state.look}`;
  await store.recordPause({ releaseId: context.opened.releaseId, key, reason: waited });
  await readDecisions(context);
  letClockRun(measured);
  // Who resumes gives the step as much time again.
  state.deadlineMs = Math.max(state.clock.elapsedMs, Date.now() - splitWrittenMs) + course.maxHoldMs;
  return undefined;
}
