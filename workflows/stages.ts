import { gatesOf, type Course } from '../domain/release/course.ts';
import type { GateStage } from '../domain/release/gate-stages.ts';
import { canaryStep } from './canary/canary-step.ts';
import { evaluate } from './gates/evaluate.ts';
import { mirror } from './gates/mirror.ts';
import { finish } from './release/finish.ts';
import type { Stage } from './release/stage.ts';

const gates: Readonly<Record<GateStage, Stage['run']>> = { evaluate, mirror };

/** The stages of a release in their order. */
export function stageTable(course: Course): Stage[] {
  return [
    ...gatesOf(course).map((name): Stage => ({ name, run: gates[name] })),
    ...course.steps.map((step): Stage => ({ name: step.stage, run: (run) => canaryStep(run, step) })),
    {
      name: course.compare.stage,
      applies: ({ alarmed }) => alarmed,
      run: (run) => canaryStep(run, course.compare),
    },
    { name: 'finish', run: finish },
  ];
}
