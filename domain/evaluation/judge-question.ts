import { z } from 'zod';
import { failedCallSchema } from '../revision/failed-call.ts';
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
  failedCallSchema,
]);
export type JudgeReply = z.infer<typeof judgeReplySchema>;
