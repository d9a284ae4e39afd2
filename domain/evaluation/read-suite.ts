import { z } from 'zod';
import type { JsonObject } from '../json.ts';
import { suiteBounds, suiteCaseSchema, suiteSchema, suiteSchemaOf, type SuiteCase } from './suite.ts';

type ReadSuite =
  | { readonly success: true; readonly data: z.infer<typeof suiteSchema> }
  | { readonly success: false; readonly error: z.ZodError };

const suiteOfReadCases = suiteSchemaOf(z.custom<SuiteCase>());

/**
 * Reads a suite as `suiteSchema` has it, up to the first test that is none: whoever sends very many such would wait for all
 * of them to be complained of, and so would everybody else.
 */
export function readSuite(content: JsonObject): ReadSuite {
  const tests: unknown = content['tests'];
  // What is no list, or too long a one, is not looked into.
  if (!Array.isArray(tests) || tests.length > suiteBounds.tests) return suiteSchema.safeParse(content);
  const read: SuiteCase[] = [];
  for (const [i, test] of tests.entries()) {
    const parsed = suiteCaseSchema.safeParse(test);
    if (!parsed.success) {
      const issues = parsed.error.issues.map((issue) => ({ ...issue, path: ['tests', i, ...issue.path] }));
      return { success: false, error: new z.ZodError(issues) };
    }
    read.push(parsed.data);
  }
  return suiteOfReadCases.safeParse({ ...content, tests: read });
}
