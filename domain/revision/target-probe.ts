import { z } from 'zod';
import { failedCallSchema } from './failed-call.ts';

/** Where a gateway is asked whether the targets of a revision answer: `POST`, with the internal token. */
export const probePath = '/internal/probe';

export const probeRequestSchema = z.strictObject({
  app: z.string(),
  /** Digest or label of the revision whose chain is probed. */
  revision: z.string(),
  /** Index of the one target to probe; all where absent. */
  target: z.int().min(0).exactOptional(),
});
export type ProbeRequest = z.infer<typeof probeRequestSchema>;

/** What became of one tiny question to one target. */
export const probedTargetSchema = z.object({
  /** Index in the chain. */
  target: z.int().min(0),
  /** `openai/gpt-5-mini` */
  name: z.string(),
  outcome: z.discriminatedUnion('kind', [z.object({ kind: z.literal('answered') }), failedCallSchema]),
});
export type ProbedTarget = z.infer<typeof probedTargetSchema>;

export const probeAnswerSchema = z.object({ targets: z.array(probedTargetSchema) });
export type ProbeAnswer = z.infer<typeof probeAnswerSchema>;

/** Statuses by which a provider says that a model, a key or a place is wrong, whatever is asked of it. */
const bindingStatuses: readonly number[] = [401, 403, 404];

/** Does this status say that a target's model, key or place is wrong, whatever is asked of it? */
export function isBindingStatus(status: number | undefined): boolean {
  return status !== undefined && bindingStatuses.includes(status);
}

/**
 * What a probe says of its target. `dead`: its model, key or place is wrong. `silent`: it cannot be asked now (its limit,
 * an outage), which says nothing. Any other error is the tiny question's, and the target is there.
 */
export function verdictOfProbe({ outcome }: ProbedTarget): 'alive' | 'silent' | 'dead' {
  if (outcome.kind === 'answered') return 'alive';
  const { how, status, matter } = outcome;
  if (how !== 'status') return how === 'refused_here' ? 'alive' : 'silent';
  if (matter !== undefined) return matter === 'account' ? 'silent' : 'dead';
  if (isBindingStatus(status)) return 'dead';
  const passing = status === undefined || status >= 500 || [402, 408, 409, 429].includes(status);
  return passing ? 'silent' : 'alive';
}
