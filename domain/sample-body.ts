import { z } from 'zod';

const jsonObjectSchema = z.record(z.string(), z.json());

/**
 * What a sample keeps of a request, sealed (invariant 22): enough to ask it again, on either arm. The mirror replays it;
 * the gateway writes it.
 */
export const sampleBodySchema = z.strictObject({
  protocol: z.enum(['openai-chat', 'openai-responses', 'anthropic-messages']),
  /** The body as it arrived, without the field `sluice`. */
  request: jsonObjectSchema,
  variables: jsonObjectSchema.default({}),
  /** The documents that it was answered with, so that a replay can freeze them. */
  documents: z.array(jsonObjectSchema).optional(),
});

export type SampleBody = z.infer<typeof sampleBodySchema>;
