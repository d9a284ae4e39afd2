import { messageOf, SluiceError } from '../../domain/errors.ts';
import type { PromptFindings, PromptsFindings } from '../../domain/revision/prompt-findings.ts';
import type { RevisionContent } from '../../domain/revision/revision.ts';
import { assertModestPrompts, checkPrompt } from './check-prompt.ts';

/**
 * Compiles the prompts of a revision, and says what is to be said of each. Never throws: whatever a compiler stumbles
 * over is a fault of its prompt. For a process that may be killed, since what people write may take any time to compile.
 *
 * @param sources each prompt's front matter and template
 */
export async function checkPrompts(
  sources: readonly string[],
  revision: Pick<RevisionContent, 'retrieval'>,
): Promise<PromptsFindings> {
  try {
    assertModestPrompts(sources);
  } catch (error) {
    return { prompts: [], together: plain(error) };
  }
  const prompts: PromptFindings[] = [];
  for (const source of sources) prompts.push(await findingsOf(source, revision));
  return { prompts };
}

async function findingsOf(
  source: string,
  revision: Pick<RevisionContent, 'retrieval'>,
): Promise<PromptFindings> {
  try {
    const { faults, warnings, needs } = await checkPrompt(source, revision);
    return { understood: true, faults: faults.map(plain), warnings: [...warnings], needs: [...needs] };
  } catch (error) {
    return { understood: false, faults: [plain(error)], warnings: [], needs: [] };
  }
}

function plain(error: unknown): PromptFindings['faults'][number] {
  if (!(error instanceof SluiceError))
    return { message: `The prompt cannot be compiled: ${messageOf(error)}.`, remedy: 'Make it simpler.' };
  const { message, remedy } = error;
  return { message, ...(remedy === undefined ? {} : { remedy }) };
}
