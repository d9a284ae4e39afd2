import { z } from 'zod';

/** Free notes of the team, but for `critical`, of which a slip of the pen must not make a note. */
const metadataSchema = z
  .looseObject({ critical: z.boolean().optional() })
  .superRefine((metadata, context) => {
    const slip = Object.keys(metadata).find(
      (key) => key !== 'critical' && key.trim().toLowerCase() === 'critical',
    );
    if (slip === undefined) return;
    context.addIssue({
      code: 'custom',
      path: [slip],
      message: `"${slip}" is not understood: write "critical"`,
    });
  });

interface SaidCritical {
  readonly critical?: boolean | undefined;
  readonly metadata?: { readonly critical?: boolean | undefined } | undefined;
}

function agreesOnCritical({ critical, metadata }: SaidCritical): boolean {
  return critical === undefined || metadata?.critical === undefined || critical === metadata.critical;
}
const bothWays = { path: ['critical'], message: 'says one thing here and another under metadata' };

const fields = {
  id: z.string().optional(),
  description: z.string().optional(),
  group: z.string().optional(),
  prompt: z.string().optional(),
  critical: z.boolean().optional(),
  vars: z.record(z.string(), z.json()).optional(),
  assert: z.array(z.record(z.string(), z.json())).optional(),
  threshold: z
    .number()
    .positive('is above 0: every answer reaches 0. Leave it out, and every assertion must pass')
    .optional(),
  metadata: metadataSchema.optional(),
  options: z.strictObject({ disableVarExpansion: z.boolean().optional() }).optional(),
};

/** A test as a team writes it, before defaults, files and variables are put in. */
export const authoredTestSchema = z.strictObject(fields).refine(agreesOnCritical, bothWays);

const { id: _, description: __, ...shared } = fields;
/** What all tests of a file share. */
export const defaultTestSchema = z.strictObject(shared).refine(agreesOnCritical, bothWays);

export type AuthoredTest = z.infer<typeof authoredTestSchema>;
export type DefaultTest = z.infer<typeof defaultTestSchema>;

/** Keys of promptfoo that Sluice has an answer to, for the message. */
export const knownElsewhere: Readonly<Record<string, string>> = {
  prompts: 'what is evaluated is the revision: say which of its prompts by "prompt", for the suite or a test',
  providers: 'what is evaluated is the revision: its models stand in sluice.yaml',
  provider: 'what is evaluated is the revision: its models stand in sluice.yaml',
  repeat: 'the gate chooses how often a case is repeated: see maxRepeats in sluice.yaml',
  evaluateOptions: 'how a suite runs is said by sluice.yaml and the command',
  scenarios: 'write its tests out, or put them in a CSV file',
  assertScoringFunction: 'give the assertions weights and the test a threshold',
};
