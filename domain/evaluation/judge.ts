import { z } from 'zod';
import { durationWithin } from '../duration.ts';
import { digestOf } from '../revision/digest.ts';
import { nameSchema } from '../revision/names.ts';

/**
 * A judge: a model of the environment that scores answers. Only the operator names one; what a team's suite says is what
 * is asked of it.
 */
export const judgeBindingSchema = z.strictObject({
  provider: nameSchema,
  /** A model of that provider, by its logical name. */
  model: z.string().min(1),
  /** What the operator tells it beside Sluice's own instructions: how strict to be, what the product is. */
  prompt: z.string().min(1).max(20_000).optional(),
  /** Raise it where the model behind the name has changed: the judge is another one then, and is calibrated anew. */
  version: z.string().min(1).max(100),
  parameters: z.record(z.string(), z.json()).default({}),
  timeout: durationWithin('1s', '10m').default('60s'),
  /** Verdicts that may be asked of it in a day (UTC), by all that ask. */
  callsPerDay: z.int().min(1).max(10_000_000).default(20_000),
});
export type JudgeBinding = z.infer<typeof judgeBindingSchema>;

/** A model that turns texts into vectors. */
export const embeddingBindingSchema = z.strictObject({
  provider: nameSchema,
  model: z.string().min(1),
  timeout: durationWithin('1s', '10m').default('30s'),
});
export type EmbeddingBinding = z.infer<typeof embeddingBindingSchema>;

/** What the judges' instructions and the reading of their verdicts are by now: another number, other verdicts. */
const judgingRules = 1;

/** Who a judge is: everything that its verdicts depend on. Part of the digest of what rests on them. */
export function judgeDigest(
  judge: JudgeBinding,
  bound: { readonly kind: string; readonly deployment: string },
): string {
  const { provider, prompt, version, parameters } = judge;
  const asked = { provider, kind: bound.kind, model: bound.deployment, parameters };
  return `judge_${digestOf({ rules: judgingRules, ...asked, version, prompt: prompt ?? '' })}`;
}

/** The name that an assertion means where it names no judge or embedding model. */
export const defaultJudge = 'default';
