import { z } from 'zod';
import { durationMs, durationWithin } from '../duration.ts';
import { guardrailsSchema } from '../guardrail/plan-guardrails.ts';
import { judgedMeans, lateGuardrails } from '../guardrail/registry.ts';
import { audienceSchema } from './audience.ts';
import { nameSchema } from '../revision/names.ts';
import { notifySchema } from '../webhook/notify.ts';

/** A difference of rates that can be shown: none at all never can. */
const margin = z.number().min(0.001).max(1);
/** A bound of a rate beyond which something is done about it. */
const bound = z.number().min(0.001).max(0.99);
/** Gateways deal subjects in shares of a ten-thousandth; `multipleOf` lets some that are next to one pass. */
const percent = z
  .number()
  .multipleOf(0.01)
  .refine((value) => Number(value.toFixed(2)) === value, 'has two decimals at the most');

/** The evaluation gate (DESIGN section 8). */
export const evaluateSchema = z.strictObject({
  /** Names of suites; all of the release's suites where absent. */
  suites: z.array(nameSchema).min(1).max(50).optional(),
  /** Not 0, nor what comes to the same: every revision shows that. */
  minPassRate: z
    .number()
    .min(0.001)
    .max(0.999, 'no number of cases can show a rate above 0.999')
    .default(0.9),
  /** How much worse than stable, as a difference of pass rates, is still good enough. */
  margin: margin.default(0.02),
  maxRepeats: z.int().min(1).max(20).default(5),
  /**
   * `critical`: the critical cases alone decide, by their own rule, each on every target; all cases where none is critical.
   * For changes that cannot wait.
   */
  only: z.literal('critical').exactOptional(),
  /** `sequential`: a critical case may fail once and is tried again; `never`: it may not. */
  critical: z.enum(['sequential', 'never']).default('sequential'),
});

/** The staging mirror: sampled production requests replayed on both arms. */
export const mirrorSchema = z
  .strictObject({
    samples: z.int().min(1).max(5000).default(100),
    minPairs: z.int().min(1).max(5000).default(30),
    /** How many more of the candidate's answers may fail, as a difference of rates. */
    margin: margin.default(0.05),
    /** How long to wait for enough samples of production. */
    maxWait: durationWithin('0s', '1d').default('10m'),
    documents: z.enum(['frozen', 'retrieved']).default('retrieved'),
  })
  .refine(({ samples, minPairs }) => samples >= minPairs, {
    path: ['samples'],
    message: 'is at least minPairs (30 where the file says nothing)',
  });

/** A canary step: a share of the subjects, held for a time while guardrails are judged. */
export const stepSchema = z.strictObject({
  weight: percent.min(0.01).max(100),
  hold: durationWithin('0s', '14d'),
  /** Settled requests of the candidate in this step before it can pass. */
  minExposures: z.int().min(1).max(1_000_000).default(50),
  /** People who have to approve before the step begins; the policy may ask for more. */
  approvals: z.int().min(1).max(10).optional(),
});

/** How a release goes: what is measured, in which steps, and what is done about each outcome. */
const planFields = z.strictObject({
  evaluate: z.union([evaluateSchema, z.literal('skip')]).prefault({}),
  mirror: z.union([mirrorSchema, z.literal('skip')]).prefault({}),
  /** Who gets the candidate before the shares begin. */
  audience: audienceSchema.exactOptional(),
  steps: z
    .array(stepSchema)
    .min(1)
    .max(20)
    .default([
      { weight: 5, hold: '30m', minExposures: 50 },
      { weight: 25, hold: '30m', minExposures: 50 },
      { weight: 100, hold: '60m', minExposures: 50 },
    ])
    .refine(
      (steps) => steps.every((step, i) => i === 0 || step.weight > (steps[i - 1]?.weight ?? 0)),
      'the weights of the steps rise',
    )
    .refine((steps) => steps.at(-1)?.weight === 100, 'the last step has weight 100'),
  /** Percent of the subjects that stay on stable while the 100 % step bakes; 0 goes straight to 100. */
  holdback: percent.min(0).max(50).default(5),
  /**
   * For how long the holdback goes on once the last step has made the revision stable, and may still take it back; the app
   * is free for its next release. Without it the last step bakes for its hold, and then serves all.
   */
  guard: durationWithin('0s', '14d').optional(),
  guardrails: guardrailsSchema,
  /** Share of good releases that may be taken back by chance. */
  alpha: z.number().min(0.0001).max(0.5).default(0.05),
  /** Demand that every guardrail is shown to be no worse before a step passes. */
  confidence: z.boolean().default(false),
  /**
   * `cheaper`: what is released for its cost. Every guardrail but those of cost is to be shown no worse, as with
   * `confidence`, and the release says what it saves.
   */
  goal: z.literal('cheaper').exactOptional(),
  /** After its hold a step that cannot be decided is extended up to this, then `onInconclusive` says. */
  maxHold: durationWithin('0s', '14d').default('4h'),
  onInconclusive: z.enum(['pause', 'rollback']).default('pause'),
  maxPause: durationWithin('1s', '14d').default('24h'),
  maxBlind: durationWithin('1s', '1d').default('2m'),
  /** How long a candidate is served without a fresh judgement; at least 60 s outside of demos. */
  lease: durationWithin('1s', '1d').default('60s'),
  notify: notifySchema.exactOptional(),
  /** The short horizon of settled counting. */
  settle: durationWithin('10ms', '10m').default('5s'),
  /** The long one: what comes of a request later is not looked at. Requests that all end sooner are settled then. */
  settleLong: durationWithin('10ms', '1h').default('60s'),
  /** At 100 %, where there is no stable traffic to compare with: absolute bounds. */
  absolute: z
    .strictObject({ errorRate: bound.default(0.2), emergencyRate: bound.default(0.5) })
    .refine(({ errorRate, emergencyRate }) => errorRate <= emergencyRate, {
      path: ['emergencyRate'],
      message: 'is at least errorRate',
    })
    .prefault({}),
});

/** The weight that a step really serves while it is judged: the last one leaves the holdback on stable. */
export function judgedWeight(
  { holdback }: { readonly holdback: number },
  { weight }: { readonly weight: number },
): number {
  return weight === 100 ? 100 - holdback : weight;
}

/** That of the last step, at which its guard goes on. */
function lastJudgedWeight({
  steps,
  holdback,
}: {
  readonly steps: readonly { readonly weight: number }[];
  readonly holdback: number;
}): number {
  return judgedWeight({ holdback }, steps.at(-1) ?? { weight: 100 });
}

/** Must guardrails of quality be shown to be no worse before a step passes? */
export function mustBeShown({
  confidence,
  goal,
}: {
  readonly confidence: boolean;
  readonly goal?: 'cheaper' | undefined;
}): boolean {
  return confidence || goal === 'cheaper';
}

/** With `confidence`: a rate as low as this is shown by about 100,000 good answers, and none at all never is. */
const leastShownFloor = 0.0001;

/** How a release goes, checked as a whole. */
export const planSchema = planFields
  .refine(
    ({ steps, holdback }) => judgedWeight({ holdback }, { weight: 100 }) > (steps.at(-2)?.weight ?? 0),
    {
      path: ['holdback'],
      message:
        'leaves the last step no more subjects than the step before it: lower the holdback or that step',
    },
  )
  .refine(
    ({ audience, steps, holdback }) => (audience?.weight ?? 0) <= lastJudgedWeight({ steps, holdback }),
    {
      path: ['audience', 'weight'],
      message: 'is at most what the last step serves: else members would go back to stable',
    },
  )
  .superRefine(({ steps, audience, guardrails }, context) => {
    if (context.issues.length > 0) return; // Its fields are not what they should be, and that is said.
    const longestMs = Math.max(
      ...[...steps, ...(audience === undefined ? [] : [audience])].map(({ hold }) => durationMs(hold)),
    );
    for (const { name, afterMs } of lateGuardrails({ guardrails })) {
      if (afterMs < longestMs) continue;
      const message = 'no step holds longer than that: nothing would ever be judged';
      context.addIssue({ code: 'custom', path: ['guardrails', name, 'within'], message });
    }
  })
  .superRefine(({ confidence, goal, guardrails }, context) => {
    const saved = judgedMeans({ guardrails }).some(({ guardrail, dryRun }) => guardrail.isSaved && !dryRun);
    if (goal === 'cheaper' && !saved) {
      const message = 'needs a guardrail that says what is saved: name `cost` or `tokens` in `guardrails`';
      context.addIssue({ code: 'custom', path: ['goal'], message });
    }
    if (!mustBeShown({ confidence, goal })) return;
    for (const [name, settings] of Object.entries(guardrails)) {
      // Means have none.
      const floor = settings === 'off' ? undefined : settings['floor'];
      if (floor === undefined || Number(floor) >= leastShownFloor) continue;
      const message = `with \`confidence\` is at least ${leastShownFloor}: less cannot be shown`;
      context.addIssue({ code: 'custom', path: ['guardrails', name, 'floor'], message });
    }
  });

/** Each is run dry before it is published. */
const mostPlans = 50;

/** Plans by name. */
export function plansSchemaOf<Schema extends z.ZodType>(plan: Schema) {
  return z
    .record(nameSchema, plan)
    .refine((plans) => Object.keys(plans).length <= mostPlans, `an app has at most ${mostPlans} plans`);
}

export type Plan = z.infer<typeof planSchema>;
export type PlanStep = z.infer<typeof stepSchema>;
export type EvaluateSettings = z.infer<typeof evaluateSchema>;
export type MirrorSettings = z.infer<typeof mirrorSchema>;

/** Is it judged by critical cases alone? */
export function isByCritical({ evaluate }: Pick<Plan, 'evaluate'>): boolean {
  return evaluate !== 'skip' && evaluate.only === 'critical';
}

/** What the plan is called that may hold for less, for whom the policy lets. */
export const hotfixPlanName = 'hotfix';

/** The plan for changes that cannot wait: critical cases alone, no mirror, one short step, and the guard afterwards. */
export const hotfixPlan: Plan = planSchema.parse({
  evaluate: { only: 'critical' },
  mirror: 'skip',
  steps: [
    { weight: 25, hold: '60s', minExposures: 20 },
    { weight: 100, hold: '10s', minExposures: 20 },
  ],
  guard: '60m',
});

/** How a plan of a file goes that writes no steps of its own. */
export const guardedSteps = {
  steps: [
    { weight: 5, hold: '30m', minExposures: 50 },
    { weight: 25, hold: '30m', minExposures: 50 },
    { weight: 100, hold: '1m', minExposures: 50 },
  ],
  guard: '60m',
} as const;

/** The total time in milliseconds that a plan's steps of all subjects hold, if none is extended. */
export function totalHoldMs(plan: Plan): number {
  return plan.steps.reduce((sum, step) => sum + durationMs(step.hold), 0);
}
