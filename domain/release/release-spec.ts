import { z } from 'zod';
import { labelSchema, nameSchema } from '../revision/names.ts';
import {
  evaluateSchema,
  guardedSteps,
  hotfixPlan,
  mirrorSchema,
  planSchema,
  plansSchemaOf,
  type Plan,
} from './plan.ts';
import { newRevisionContentSchema } from '../revision/revision.ts';

const pathSchema = z.string().min(1).meta({ description: 'A path, relative to sluice.yaml' });

/** The revision as a team writes it: prompts are files; the label may be left to the commit. */
const revisionSpecSchema = newRevisionContentSchema.omit({ prompts: true }).extend({
  label: labelSchema.optional().meta({ description: 'Defaults to <app>-<short commit>' }),
  prompts: z
    .record(nameSchema, pathSchema)
    .default({})
    .meta({ description: 'Prompt name to dotprompt file' }),
});

const evaluateSpecSchema = z.strictObject({
  suites: z.array(pathSchema).min(1, 'name at least one suite file, or leave `evaluate` out'),
  gate: evaluateSchema.omit({ suites: true }).prefault({}),
});

/**
 * The file `sluice.yaml` of a team's repository. What stands under `evaluate.gate` and `mirror` holds for every
 * plan that does not say otherwise.
 */
export const releaseSpecSchema = z.strictObject({
  app: nameSchema,
  revision: revisionSpecSchema,
  evaluate: evaluateSpecSchema.optional(),
  mirror: z.union([mirrorSchema, z.literal('skip')]).optional(),
  plans: plansSchemaOf(z.record(z.string(), z.unknown())).default({}),
});

export type ReleaseSpec = z.infer<typeof releaseSpecSchema>;

/** Of plans as `plansOf` completes them. */
export const plansSchema = z
  .object({ plans: z.record(nameSchema, planSchema) })
  .transform(({ plans }): Record<string, Plan> => plans);

/** Who writes steps writes the guard as well, or has none: files of before go on as they did. */
function stepsOf(plan: Readonly<Record<string, unknown>>): Partial<typeof guardedSteps> {
  return plan['steps'] === undefined ? guardedSteps : {};
}

/**
 * The plans of a spec, complete: `default` and `hotfix` are always there. A plan whose team has written no
 * suites skips the evaluation *visibly*: it stands in the plan, and in the record of the release.
 * Where a plan is wrong, the issues' paths begin with `plans`.
 */
export function plansOf(spec: ReleaseSpec): z.ZodSafeParseResult<Record<string, Plan>> {
  const defaults = {
    evaluate: spec.evaluate?.gate ?? 'skip',
    ...(spec.mirror === undefined ? {} : { mirror: spec.mirror }),
  };
  const { steps, mirror, guard } = hotfixPlan;
  const evaluate = spec.evaluate && { ...spec.evaluate.gate, only: 'critical' };
  const hotfix = { steps, mirror, guard, ...(evaluate && { evaluate }) };
  const written = { default: {}, hotfix, ...spec.plans };
  const complete = Object.entries(written).map(
    ([name, plan]) => [name, { ...defaults, ...stepsOf(plan), ...plan }] as const,
  );
  return plansSchema.safeParse({ plans: Object.fromEntries(complete) });
}
