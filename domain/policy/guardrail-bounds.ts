import { z } from 'zod';
import { durationSchema } from '../duration.ts';
import { errors } from '../guardrail/errors.ts';
import { guardrails } from '../guardrail/registry.ts';
import { slowdown } from '../guardrail/slowdown.ts';
import { nameSchema } from '../revision/names.ts';

const rate = z.number().min(0).max(1);

/** How far one guardrail may be weakened; what is not said is as for all. */
const boundsSchema = z.strictObject({
  maxRatio: z.number().min(1).max(20).optional(),
  maxFloor: rate.optional(),
  maxSlowerThan: durationSchema.optional(),
  maxTimes: z.number().min(1).max(10).optional(),
  /** In the unit of what the guardrail judges, or as a share of stable's mean. */
  maxMargin: z.number().min(0).max(10).optional(),
});

/** Those without which no release is watched: nobody who asks for one switches them off. */
const shippedGuardrails = {
  ...Object.fromEntries(guardrails.flatMap(({ name, demanded }) => (demanded === true ? [[name, {}]] : []))),
  [errors.name]: { maxFloor: 0.01 },
  [slowdown.name]: { maxTimes: 2 },
};

/** How far an app's plans may weaken their guardrails, all of them and each by its name. */
export const guardrailBoundsSchema = z.strictObject({
  maxRatio: z
    .number()
    .min(1)
    .max(20)
    .default(2)
    .meta({ description: 'Of every guardrail that `named` does not bound' }),
  maxFloor: rate.default(0.05).meta({ description: 'Of every guardrail that `named` does not bound' }),
  minAlpha: z
    .number()
    .min(0)
    .max(0.5)
    .default(0.01)
    .meta({ description: 'A smaller alpha needs more evidence before it takes a candidate back' }),
  maxErrorRate: rate
    .default(0.5)
    .meta({ description: 'Of `absolute.errorRate` and `absolute.emergencyRate`' }),
  minShare: rate.default(0.01).meta({
    description: 'Of alpha, for each guardrail in `named`: one with a smaller share decides nothing in time',
  }),
  maxMinSamples: z
    .int()
    .min(1)
    .max(100_000)
    .default(1000)
    .meta({ description: 'Of `minSamples` of each guardrail in `named`' }),
  named: z
    .record(nameSchema, boundsSchema)
    .default(shippedGuardrails)
    .meta({ description: 'Guardrails that must be on, by name, with bounds over those of all' }),
});
