import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

// What promptfoo's own package said of generated suites; made by tools/promptfoo.

const inputSchema = z.strictObject({
  suite: z.record(z.string(), z.json()),
  files: z.record(z.string(), z.string()).default({}),
  output: z.string(),
  latencyMs: z.number(),
  costUsd: z.number(),
  finishReason: z.string().optional(),
});

const verdictSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('judged'),
    pass: z.boolean(),
    score: z.number(),
    /** `broken`: failed by promptfoo because it could not be judged. */
    assertions: z.array(z.enum(['pass', 'fail', 'broken'])),
    /** An assertion has failed without a reason, which promptfoo takes for a pass of the case. */
    failedSilently: z.literal(true).optional(),
  }),
  z.strictObject({ kind: z.literal('error'), message: z.string() }),
  z.strictObject({ kind: z.enum(['no-tests', 'no-assertions']) }),
]);

const sharedSchema = z.object({
  version: z.string(),
  kinds: z.array(z.string()),
  variables: z.record(z.string(), z.json()),
  files: z.record(z.string(), z.string()),
});

export type Input = z.infer<typeof inputSchema>;
export type PromptfooVerdict = z.infer<typeof verdictSchema>;
export interface Recorded {
  input: Input;
  theirs: PromptfooVerdict;
}

/** What all inputs share, and every type of assertion that promptfoo knows. */
export const shared = sharedSchema.parse(read('shared'));

/** The recorded inputs, each with its one test complete. */
export function recordsOf(name: 'cases' | 'files'): Recorded[] {
  const records = z.array(z.tuple([inputSchema, verdictSchema])).parse(read(name));
  return records.map(([input, theirs]) => ({ input: withShared(input), theirs }));
}

function withShared({ suite, files, ...rest }: Input): Input {
  const { tests } = suite;
  const complete = Array.isArray(tests)
    ? tests.map((test) =>
        typeof test === 'object' && test !== null && !Array.isArray(test)
          ? { vars: shared.variables, ...test }
          : test,
      )
    : (tests ?? []);
  return { ...rest, suite: { ...suite, tests: complete }, files: { ...shared.files, ...files } };
}

function read(name: string): unknown {
  return JSON.parse(readFileSync(join(import.meta.dirname, `${name}.json`), 'utf8'));
}
