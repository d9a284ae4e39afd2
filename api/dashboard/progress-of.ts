import { z } from 'zod';
import type { JsonObject } from '../../domain/json.ts';

const progressSchema = z.object({
  hold: z.object({ elapsedMs: z.number(), totalMs: z.number() }).optional(),
  exposures: z.object({ candidate: z.int(), stable: z.int() }).optional(),
  guardrails: z
    .array(
      z.object({
        name: z.string(),
        kind: z.string().optional(),
        dryRun: z.boolean().optional(),
        evidence: z.number(),
        threshold: z.number(),
        actsAt: z.number().optional(),
      }),
    )
    .default([]),
});

/** What the newest check of a step left in the release's row. */
export type ShownProgress = z.infer<typeof progressSchema>;

/** Of a row of another version what can be read of it, which may be nothing. */
export function progressOf(progress: JsonObject): ShownProgress {
  return progressSchema.safeParse(progress).data ?? { guardrails: [] };
}
