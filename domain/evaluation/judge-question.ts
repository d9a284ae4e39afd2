import { z } from 'zod';
import { nameSchema } from '../revision/names.ts';

/** Where a gateway asks a judge of its environment: `POST`, with the internal token. */
export const judgePath = '/internal/judge';

export const judgeQuestionSchema = z.strictObject({
  judge: nameSchema,
  /** Of the judge that is meant: a gateway with another one of this name refuses. */
  digest: z.string(),
  messages: z
    .array(z.strictObject({ role: z.enum(['system', 'user']), content: z.string() }))
    .min(1)
    .max(10),
});
export type JudgeQuestion = z.infer<typeof judgeQuestionSchema>;
export type JudgeMessage = JudgeQuestion['messages'][number];

/** What came of it, as the gateway saw it. */
export const judgeReplySchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('said'),
    /** The text alone: no reasoning, no refusal. */
    text: z.string(),
    finishReason: z.string().exactOptional(),
    inputTokens: z.number().exactOptional(),
    outputTokens: z.number().exactOptional(),
  }),
  z.object({
    kind: z.literal('failed'),
    /** How, in the gateway's words: `status`, `timeout`, `connect`, … */
    how: z.string(),
    status: z.int().exactOptional(),
    /** What the operator has to mend, where that is it. */
    matter: z.string().exactOptional(),
    code: z.string(),
    message: z.string(),
    retryAfterMs: z.number().exactOptional(),
  }),
]);
export type JudgeReply = z.infer<typeof judgeReplySchema>;
