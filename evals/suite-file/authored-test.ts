import { z } from 'zod';

/** A test as a team writes it, before defaults, files and variables are put in. */
export const authoredTestSchema = z.strictObject({
  id: z.string().optional(),
  description: z.string().optional(),
  group: z.string().optional(),
  critical: z.boolean().optional(),
  vars: z.record(z.string(), z.json()).optional(),
  assert: z.array(z.record(z.string(), z.json())).optional(),
  threshold: z.number().optional(),
  /** Free notes of the team, but for `critical`. */
  metadata: z.looseObject({ critical: z.boolean().optional() }).optional(),
  options: z.strictObject({ disableVarExpansion: z.boolean().optional() }).optional(),
});

/** What all tests of a file share. */
export const defaultTestSchema = authoredTestSchema.omit({ id: true, description: true });

export type AuthoredTest = z.infer<typeof authoredTestSchema>;
export type DefaultTest = z.infer<typeof defaultTestSchema>;

/** Keys of promptfoo that Sluice has an answer to, for the message. */
export const knownElsewhere: Readonly<Record<string, string>> = {
  prompts: 'what is evaluated is the revision: its prompts stand in sluice.yaml',
  providers: 'what is evaluated is the revision: its models stand in sluice.yaml',
  provider: 'what is evaluated is the revision: its models stand in sluice.yaml',
  repeat: 'the gate chooses how often a case is repeated: see maxRepeats in sluice.yaml',
  evaluateOptions: 'how a suite runs is said by sluice.yaml and the command',
  scenarios: 'write its tests out, or put them in a CSV file',
  assertScoringFunction: 'give the assertions weights and the test a threshold',
};
