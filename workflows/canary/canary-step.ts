import type { LookResult } from '../../activities/looks/contract.ts';
import type { RaiseResult } from '../../activities/split/contract.ts';
import type { Step } from '../../domain/release/course.ts';
import { store } from '../activities.ts';
import { registerWithdrawal } from '../release/compensations.ts';
import type { ReleaseRun } from '../release/release-run.ts';
import type { StageResult } from '../release/stage.ts';
import { publish } from '../release/visibility.ts';
import { beginStep } from './begin-step.ts';
import { betweenLooks } from './between-looks.ts';
import { withAcks } from './follow-acks.ts';
import { measure } from './measure.ts';
import { letClockRun, startAgain } from './note-looks.ts';
import { whenProgressing } from './when-progressing.ts';

/** A share of the subjects, held for a time while guardrails are judged; the hold clock waits for the gateways' acks. */
export async function canaryStep(run: ReleaseRun, step: Step): Promise<StageResult> {
  beginStep(run, step);
  registerWithdrawal(run);
  for (;;) {
    const version =
      run.stepRun.version ?? (await whenProgressing(run, step, () => run.inTurn(() => raise(run, step))));
    if (run.stepRun.version === undefined) run.changeStep({ version });
    const result = await withAcks(run, version, () => hold(run, step));
    if (result !== 'again') return result;
  }
}

async function raise(run: ReleaseRun, { stage, weight, share }: Step): Promise<RaiseResult> {
  const { releaseId } = run.opened;
  const { splitVersion: expectedVersion, course } = run.progress;
  const { leaseMs } = course;
  const { again } = run.stepRun;
  const more = { kept: run.toKeep(), atMs: Date.now(), ...(again === undefined ? {} : { again }) };
  const summary = `Split to ${share === undefined ? `${weight} %` : `${share} % of the audience`}`;
  const result = await store.writeStep.executeWithOptions({ summary }, [
    { releaseId, stage, weight, expectedVersion, leaseMs, ...more },
  ]);
  if (result.kind !== 'written') return result;
  run.transition({ kind: 'raised', version: result.version, weight, atMs: Date.now() });
  publish(run);
  return result;
}

async function hold(run: ReleaseRun, step: Step): Promise<StageResult | 'again'> {
  for (;;) {
    const look = await measure(run, step);
    if (look?.verdict === 'again' && !run.isPaused) {
      startAgain(run, step, look.reason);
      return 'again';
    }
    const result = look && (await resultOf(run, look));
    if (result !== undefined) return result;
    await betweenLooks(run);
  }
}

/** What a look means for the step: a paused release is still taken back, but it never goes on. */
async function resultOf(run: ReleaseRun, look: LookResult): Promise<StageResult | undefined> {
  const { verdict, reason: summary, guardrail } = look;
  const evidence = look.evidenceDigest === undefined ? {} : { evidenceDigest: look.evidenceDigest };
  const takenBack = (reason: string): StageResult => ({
    ...evidence,
    outcome: 'fail',
    summary: reason,
    end: { outcome: 'rolled_back', reason, ...(guardrail === undefined ? {} : { guardrail }) },
  });
  if (verdict === 'fail') return takenBack(summary);
  if (run.isPaused) {
    // The comparison needs a write of the split, which a pause forbids: the alarm cannot be cleared.
    return verdict === 'alarm' ? takenBack(`${summary}, and a paused release cannot be compared`) : undefined;
  }
  if (verdict === 'pass') return { ...passed(run, look), ...evidence };
  if (verdict === 'alarm') {
    const compared = `${summary}: compared with stable at 50 %`;
    return { ...evidence, outcome: 'inconclusive', summary: compared, alarmed: true };
  }
  return verdict === 'inconclusive' || ackIsOverdue(run) ? undecided(run, look) : undefined;
}

/** A step passes by what it has shown; where a person's word did it, that is recorded as an override. */
function passed({ progress, stepRun }: ReleaseRun, look: LookResult): StageResult {
  const { promotion, weight, splitVersion } = progress;
  const { reason: summary, lacking, exposures, guardrails } = look;
  if (promotion === undefined || lacking === undefined) return { outcome: 'pass', summary };
  const { actor, reason: why } = promotion;
  const by = { actor, ...(why === undefined ? {} : { reason: why }) };
  const { lookedAtHeldMs: heldMs, holdMs } = stepRun;
  return {
    outcome: 'override',
    summary: `promoted by ${promotion.actor} although ${lacking}; ${summary}`,
    override: { ...by, lacking, weight, splitVersion, heldMs, holdMs, exposures, guardrails },
  };
}

function ackIsOverdue({ progress, stepRun }: ReleaseRun): boolean {
  return !stepRun.acked && Date.now() - progress.splitWrittenMs >= stepRun.deadlineMs;
}

/** The longest hold is over: the plan says whether people decide now, or the release is taken back. */
async function undecided(
  run: ReleaseRun,
  { reason, byCallers }: LookResult,
): Promise<StageResult | undefined> {
  const { course, splitWrittenMs, stage } = run.progress;
  const { waitingFor, look } = run.stepRun;
  const waited = waitingFor === undefined ? reason : `${reason}; waited for ${waitingFor}`;
  // What callers choose takes nothing back: people decide.
  if (course.onInconclusive === 'rollback' && byCallers !== true) {
    return {
      outcome: 'inconclusive',
      summary: waited,
      end: { outcome: 'rolled_back', reason: waited, condemns: false },
    };
  }
  const key = `inconclusive/${stage}/${look}`;
  await store.recordPause({ releaseId: run.opened.releaseId, key, reason: waited });
  await run.readDecisions();
  letClockRun(run);
  // Who resumes gives the step as much time again.
  const heldMs = Math.max(run.stepRun.clock.elapsedMs, Date.now() - splitWrittenMs);
  run.changeStep({ deadlineMs: heldMs + course.maxHoldMs });
  return undefined;
}
