import { SluiceError } from '../domain/errors.ts';
import {
  promptsFindingsSchema,
  type PromptFindings,
  type PromptsFindings,
} from '../domain/revision/prompt-findings.ts';
import type { RevisionContent } from '../domain/revision/revision.ts';
import { createSandbox } from './sandbox.ts';

/**
 * What is to be said of the prompts of a revision, by their names. They are compiled for the first time, and so in a
 * process of their own that has nothing to take and an end. Throws `invalid_file` for prompts that are too much
 * together or do not come to an end, `unreachable` where there is no process to be had.
 *
 * @param templates each prompt's front matter and template, by its name
 */
export async function checkPrompts(
  templates: Readonly<Record<string, string>>,
  { retrieval }: Pick<RevisionContent, 'retrieval'>,
): Promise<ReadonlyMap<string, PromptFindings>> {
  const names = Object.keys(templates);
  if (names.length === 0) return new Map();
  const { prompts, together } = await ask(Object.values(templates), retrieval);
  if (together !== undefined) throw refused(together.message, together.remedy);
  return new Map(
    names.map((name, i) => {
      const findings = prompts[i];
      if (findings === undefined)
        throw new SluiceError('internal', `Nothing was found of the prompt ${name}.`);
      return [name, findings];
    }),
  );
}

async function ask(
  sources: readonly string[],
  retrieval: RevisionContent['retrieval'],
): Promise<PromptsFindings> {
  const sandbox = createSandbox({ purpose: 'prompts' });
  try {
    const answer = await sandbox.run({ kind: 'prompts', sources, retrieval });
    if (answer.kind === 'value') return promptsFindingsSchema.parse(JSON.parse(answer.json ?? 'null'));
    if (answer.kind === 'stopped' && answer.unasked === true) {
      throw new SluiceError('unreachable', `The prompts could not be checked: ${answer.why}.`, {
        remedy: 'Try it again.',
      });
    }
    const why = answer.kind === 'stopped' ? answer.why : answer.message;
    throw refused(`The prompts cannot be compiled: ${why}.`, 'Make them shorter, or simpler.');
  } finally {
    sandbox.close();
  }
}

function refused(message: string, remedy: string | undefined): SluiceError {
  return new SluiceError('invalid_file', message, remedy === undefined ? {} : { remedy });
}
