import { z } from 'zod';

/** A call of a provider that gave no answer, as its gateway saw it. */
export const failedCallSchema = z.object({
  kind: z.literal('failed'),
  /** How it failed, in the gateway's words: `status`, `timeout`, `connect`, … */
  how: z.string(),
  /** HTTP status of the provider, where it said one. */
  status: z.int().exactOptional(),
  /** What the operator has to mend, where that is it: `key`, `account`, `model`, `address`. */
  matter: z.string().exactOptional(),
  code: z.string(),
  message: z.string(),
  retryAfterMs: z.number().exactOptional(),
});
export type FailedCall = z.infer<typeof failedCallSchema>;
