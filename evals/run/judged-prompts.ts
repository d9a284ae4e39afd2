import { SluiceError } from '../../domain/errors.ts';
import type { RevisionContent } from '../../domain/revision/revision.ts';
import type { EvalCase } from './eval-case.ts';

/** What a revision has to be asked by name. */
export type Prompts = Pick<RevisionContent, 'prompts' | 'defaultPrompt'>;
type AskingCase = Pick<EvalCase, 'id' | 'prompt'>;

/** Every case must ask a prompt that there is. Throws `invalid_file` naming the first that does not. */
export function requirePrompts(cases: readonly AskingCase[], content: Prompts): void {
  const wrong = cases.find((each) => !knowsPrompt(each, content));
  if (wrong === undefined) return;
  throw new SluiceError(
    'invalid_file',
    `The case ${wrong.id} asks the prompt "${wrong.prompt ?? ''}", which the revision does not have.`,
    { remedy: `Its prompts are: ${Object.keys(content.prompts).join(', ') || 'none'}.` },
  );
}

/** Has a revision the prompt that a case asks? A case that names none asks the default one. */
export function knowsPrompt({ prompt }: AskingCase, { prompts }: Prompts): boolean {
  return prompt === undefined || Object.hasOwn(prompts, prompt);
}
