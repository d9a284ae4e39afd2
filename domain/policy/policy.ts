import { z } from 'zod';
import { durationMs, durationSchema } from '../duration.ts';
import { nameSchema } from '../revision/names.ts';
import { roles, type Role } from '../access/roles.ts';
import { approvalsSchema } from './approvals.ts';
import { freezeSchema } from './freeze.ts';
import { guardrailBoundsSchema } from './guardrail-bounds.ts';
import { peopleSchema } from './people.ts';

const rate = z.number().min(0).max(1);

/** A suite that a release has to be judged by. With a digest it is that very content and no other of its name. */
const requiredSuiteSchema = z.strictObject({
  name: nameSchema,
  digest: z
    .string()
    .regex(/^[0-9a-f]{64}$/, 'a suite digest has 64 hexadecimal digits')
    .optional()
    .meta({ description: 'SHA-256 of its content; any suite of that name where absent' }),
  minCases: z.int().min(1).max(100_000).default(1).meta({ description: 'Cases that it has at least' }),
});

/** What the evaluation gate of a release must be. */
const evaluationSchema = z.strictObject({
  required: z
    .boolean()
    .default(true)
    .meta({ description: 'Without it nothing else of this section is asked' }),
  suites: z
    .array(requiredSuiteSchema)
    .max(50)
    .default([])
    .meta({ description: 'Suites that every release is judged by' }),
  minCases: z
    .int()
    .min(1)
    .max(100_000)
    .default(1)
    .meta({ description: 'Cases in all suites that judge together' }),
  minPassRate: rate.default(0.5).meta({ description: "The plan's minPassRate is at least this" }),
  maxMargin: rate.default(0.2).meta({ description: "The plan's margin is at most this" }),
  everyPrompt: z.boolean().default(true).meta({ description: 'Every prompt of the revision has a case' }),
});

/** What the staging mirror of a release must be. */
const mirrorSchema = z.strictObject({
  required: z
    .boolean()
    .default(false)
    .meta({ description: 'Without it nothing else of this section is asked' }),
  minPairs: z
    .int()
    .min(1)
    .max(5000)
    .default(30)
    .meta({ description: "The plan's minPairs is at least this" }),
  maxMargin: rate.default(0.2).meta({ description: "The plan's margin is at most this" }),
});

/** What may be kept of an app's requests beside what redaction leaves of them. */
const samplesSchema = z.strictObject({
  fresh: z.enum(['allowed', 'forbidden']).default('allowed').meta({
    description:
      'Whether a request that redaction alters is kept as it came, sealed, for an hour: for mirrors, which else cannot ask it again',
  }),
});

/** How the candidate may get onto production's traffic. */
const stepsSchema = z.strictObject({
  minHold: durationSchema.default('5m').meta({ description: 'Every step holds at least this long' }),
  minBake: durationSchema.default('5m').meta({
    description: 'The last step holds at least this long, with its guard',
  }),
  maxFirstWeight: z
    .number()
    .gt(0)
    .max(100)
    .default(25)
    .meta({ description: 'Percent of the subjects that the first step serves at most' }),
  maxAudienceWeight: z.number().min(0).max(90).exactOptional().meta({
    description:
      'Percent of its audience that a plan serves first at most, 0 for no audience; `maxFirstWeight` where nothing is said, since an audience may be everybody',
  }),
  minExposures: z.int().min(1).max(1_000_000).default(10).meta({
    description: 'Requests of the candidate that every step waits for at least',
  }),
  minHoldback: z
    .number()
    .min(0)
    .max(50)
    .default(0)
    .meta({ description: 'Percent that stay on stable during the last step' }),
  minGuard: durationSchema.default('0s').meta({
    description: 'The holdback goes on at least this long once the revision is stable',
  }),
});

/** Who may skip something, and whether the audit log has to know why. */
function skipSchema(role: Exclude<Role, 'viewer'>) {
  return z
    .strictObject({
      role: z.enum(roles).exclude(['viewer']).default(role).meta({ description: 'This role or above' }),
      reason: z.enum(['required', 'optional']).default('required'),
    })
    .prefault({});
}

const skipsSchema = z.strictObject({
  evaluation: skipSchema('admin').meta({
    description: 'Releasing, or serving first, without a passing gate',
  }),
  mirror: skipSchema('operator').meta({ description: 'Releasing without a replay in staging' }),
  hold: skipSchema('operator').meta({ description: 'Promoting a step before its hold is over' }),
});

const durationBetween = (min: string, max: string) =>
  z
    .strictObject({ min: durationSchema.default(min), max: durationSchema.default(max) })
    .refine((bounds) => durationMs(bounds.min) <= durationMs(bounds.max), 'min is at most max')
    .prefault({});

/**
 * What an admin demands of an app's releases, whatever plan and suites they bring along. What is left out is what Sluice
 * demands where nobody has published a policy.
 */
export const policySchema = z
  .strictObject({
    evaluation: evaluationSchema.prefault({}),
    mirror: mirrorSchema.prefault({}),
    samples: samplesSchema.prefault({}),
    steps: stepsSchema.prefault({}),
    lease: durationBetween('0s', '5m').meta({ description: "Bounds of the plan's lease" }),
    maxBlind: durationBetween('0s', '10m').meta({ description: "Bounds of the plan's maxBlind" }),
    settle: durationBetween('0s', '30s').meta({
      description: "Bounds of the plan's settle: before it, nothing is known of a request",
    }),
    settleLong: durationBetween('30s', '10m').meta({
      description: "Bounds of the plan's settleLong: what fails later is never seen",
    }),
    guardrails: guardrailBoundsSchema.prefault({}),
    skip: skipsSchema.prefault({}),
    hotfix: z
      .strictObject({
        role: z
          .enum(roles)
          .exclude(['viewer'])
          .default('operator')
          .meta({ description: 'Who may release by it, with a reason: this role or above' }),
        minHold: durationSchema
          .default('1m')
          .meta({ description: 'Its steps hold at least this long, guard included' }),
        evaluation: z
          .enum(['critical', 'all'])
          .default('critical')
          .meta({ description: 'Whether its critical cases alone may judge it' }),
      })
      .prefault({})
      .meta({
        description:
          'The plan called `hotfix`, where it holds for less than `steps` demands, or is judged by critical cases alone: reviewed afterwards',
      }),
    supersede: z
      .strictObject({
        role: z
          .enum(roles)
          .exclude(['viewer'])
          .default('releaser')
          .meta({ description: 'Who may end an open release in favour of another: this role or above' }),
      })
      .prefault({}),
    approvals: approvalsSchema.prefault({}),
    people: peopleSchema,
    freezes: z.array(freezeSchema).max(50).default([]).meta({
      description: 'When no release starts, is promoted or gets a larger share; a rollback always passes',
    }),
  })
  .meta({ description: 'What an admin demands of the releases of an app' });

export type Policy = z.infer<typeof policySchema>;

/** What can be skipped of a release: a gate before production, or the rest of a step's hold. */
export type Skippable = keyof Policy['skip'];
export const skippableGates = ['evaluation', 'mirror'] as const;
export type SkippableGate = (typeof skippableGates)[number];

/** The policy of apps for which nobody has published one. */
export const shippedPolicy: Policy = policySchema.parse({});

/**
 * For trying things out on one machine: short holds, and whoever may release may skip. `npm run demo` and
 * `sluice up --simulate` publish it and say so; it is not for real traffic.
 */
export const tryoutPolicy: Policy = policySchema.parse({
  evaluation: { required: false },
  steps: { minHold: '0s', minBake: '0s', maxFirstWeight: 100, minExposures: 1 },
  lease: { max: '1d' },
  maxBlind: { max: '1d' },
  settle: { max: '1d' },
  settleLong: { min: '0s', max: '1d' },
  guardrails: { maxRatio: 20, maxFloor: 1, minAlpha: 0, maxErrorRate: 1, named: {} },
  skip: {
    evaluation: { role: 'releaser' },
    mirror: { role: 'releaser', reason: 'optional' },
    hold: { reason: 'optional' },
  },
});
