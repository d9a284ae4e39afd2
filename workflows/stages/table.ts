import type { Course } from '../../domain/release/course.ts';
import { canaryStep } from './canary-step.ts';
import { evaluate } from './evaluate.ts';
import { finish } from './finish.ts';
import { mirror } from './mirror.ts';
import type { Stage } from './stage.ts';

/** The stages of a release in their order. */
export function stageTable(course: Course): Stage[] {
  return [
    { name: 'evaluate', run: evaluate },
    { name: 'mirror', run: mirror },
    ...course.steps.map((step): Stage => ({ name: step.stage, run: (context) => canaryStep(context, step) })),
    {
      name: course.compare.stage,
      applies: ({ alarmed }) => alarmed,
      run: (context) => canaryStep(context, course.compare),
    },
    { name: 'finish', run: finish },
  ];
}
