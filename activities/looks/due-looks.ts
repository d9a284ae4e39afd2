import { massDue } from '../../analysis/numbers/mass-schedule.ts';
import type { ReleaseRow } from '../../config-store/releases/release-row.ts';
import { SluiceError } from '../../domain/errors.ts';
import { guardStage } from '../../domain/release/guard.ts';
import { guardMsOf } from '../../domain/release/guarded-plan.ts';
import type { Step } from '../../domain/release/course.ts';
import { currentRules } from '../../domain/guardrail/rules.ts';
import { courseOf, fullStage } from './judging/course.ts';
import type { Increments } from './judging/increments.ts';

/** A look with the stage that it was taken in. */
export type StageLook = Increments & { readonly stage: string };
/** A look with the part of the mass that enters the tests with it. */
export type DueLook = StageLook & { readonly due: number };

/**
 * What is due with each look of a release; under its first rules nothing is, since there the mass moves by time alone.
 *
 * @throws SluiceError `broken_measurement` where the release was begun by rules that this program does not know, or a
 *   stage is not one of its plan: the tests would be blind, and nobody would see it
 */
export function withDue(
  looks: readonly StageLook[],
  { plan, rules }: Pick<ReleaseRow, 'plan' | 'rules'>,
): DueLook[] {
  if (rules === 1) return looks.map((look) => ({ ...look, due: 0 }));
  if (rules > currentRules) {
    throw broken(
      `The release is judged by rules ${rules}, which this worker does not know.`,
      'Start workers of the version that began the release.',
    );
  }
  const { steps, compare } = courseOf(plan);
  // The last step goes on being looked at while its promotion waits for the end of a freeze.
  const stages = [...[...steps, compare].map(({ stage }) => stage), 'finish', guardStage];
  const stranger = looks.find(({ stage }) => !stages.includes(stage));
  if (stranger !== undefined) {
    throw broken(
      `The stage ${stranger.stage} is none of the plan's.`,
      'Abort the release, and start it again.',
    );
  }
  // The steps of the plan come first; what follows them moves nothing.
  const due = massDue(
    withGuard(
      steps.filter(({ stage }) => stage !== fullStage),
      plan,
    ),
    looks.map(asOfLastStep(steps)),
  );
  return looks.map((look, i) => ({ ...look, due: due[i] ?? 0 }));
}

/** A guard is the last step going on: its time is that step's, and brings what is due of the mass as a longer hold would. */
function withGuard(steps: readonly Step[], plan: ReleaseRow['plan']): Step[] {
  const last = steps.length - 1;
  return steps.map((step, i) => (i === last ? { ...step, holdMs: step.holdMs + guardMsOf(plan) } : step));
}

function asOfLastStep(steps: readonly Step[]): (look: StageLook) => StageLook {
  const last = steps.at(-1)?.stage;
  return (look) => (look.stage === guardStage && last !== undefined ? { ...look, stage: last } : look);
}

function broken(message: string, remedy: string): SluiceError {
  return new SluiceError('broken_measurement', message, { remedy });
}
