import { z } from 'zod';

const faultSchema = z.strictObject({ message: z.string(), remedy: z.string().optional() });

/** What is to be said of a prompt, as plain JSON: it is found in another process than the one that asks. */
const promptFindingsSchema = z.strictObject({
  /** Can it be rendered at all? */
  understood: z.boolean(),
  /** Why it must not be published: that it is not understood, or has names that stand for nothing. */
  faults: z.array(faultSchema),
  warnings: z.array(z.string()),
  /** Variables that it cannot be rendered without, but those that Sluice sets. */
  needs: z.array(z.string()),
});
export type PromptFindings = z.infer<typeof promptFindingsSchema>;

/** What is to be said of all prompts of a revision. */
export const promptsFindingsSchema = z.strictObject({
  /** In the order that they were asked in; none where they are too many. */
  prompts: z.array(promptFindingsSchema),
  /** Why all together must not be published: they would take too long to compile. */
  together: faultSchema.optional(),
});
export type PromptsFindings = z.infer<typeof promptsFindingsSchema>;
