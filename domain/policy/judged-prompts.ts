import { z } from 'zod';
import type { JsonObject } from '../json.ts';
import type { RevisionContent } from '../revision/revision.ts';

/** As much of a published suite as a policy looks at; its content was parsed, strictly, when it came. */
export interface JudgingSuite {
  readonly name: string;
  readonly digest: string;
  readonly content: JsonObject;
}

const contentSchema = z.looseObject({
  prompt: z.string().optional(),
  tests: z.array(z.looseObject({ prompt: z.string().optional() })),
});

/** The prompt that each case of a suite asks, undefined where it asks the default one; none where it has no cases. */
export function promptsAsked({ content }: JudgingSuite): (string | undefined)[] {
  const parsed = contentSchema.safeParse(content);
  if (!parsed.success) return [];
  return parsed.data.tests.map(({ prompt }) => prompt ?? parsed.data.prompt);
}

/** The names of a revision's prompts that no case asks. */
export function promptsWithoutCase(
  revision: Pick<RevisionContent, 'prompts' | 'defaultPrompt'>,
  suites: readonly JudgingSuite[],
): string[] {
  return promptsNotAsked(revision, suites.flatMap(promptsAsked));
}

/** The names of a revision's prompts that are not among those asked, of which undefined is the default one. */
export function promptsNotAsked(
  { prompts, defaultPrompt }: Pick<RevisionContent, 'prompts' | 'defaultPrompt'>,
  askedFor: readonly (string | undefined)[],
): string[] {
  const names = Object.keys(prompts);
  const byDefault = defaultPrompt ?? (names.length === 1 ? names[0] : undefined);
  const asked = new Set(askedFor.map((name) => name ?? byDefault));
  return names.filter((name) => !asked.has(name));
}
