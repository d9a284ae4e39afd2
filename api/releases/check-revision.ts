import type { RevisionContent } from '../../domain/revision/revision.ts';
import { SluiceError } from '../../domain/errors.ts';
import { assertModestPrompts, checkPrompt } from '../../gateway/rendering/check-prompt.ts';

/**
 * Refuses a revision that a gateway cannot render, or whose templates have names that stand for nothing: they would
 * silently print nothing to every user. Throws `invalid_request` naming the prompts and the lines.
 */
export async function checkRevision(content: RevisionContent): Promise<void> {
  const wrong = await Promise.all(
    Object.entries(content.prompts).map(async ([name, { template }]) =>
      (await faultsOf(template, content)).map((fault) => ({ name, fault })),
    ),
  );
  const faults = wrong.flat();
  if (faults.length === 0) {
    assertModestPrompts(Object.values(content.prompts).map(({ template }) => template));
    return;
  }
  const remedies = new Set(faults.flatMap(({ fault }) => fault.remedy ?? []));
  throw new SluiceError(
    'invalid_request',
    faults.map(({ name, fault }) => `The prompt ${name}: ${fault.message}`).join('\n'),
    { remedy: [...remedies].join(' ') },
  );
}

async function faultsOf(template: string, content: RevisionContent): Promise<readonly SluiceError[]> {
  try {
    return (await checkPrompt(template, content)).faults;
  } catch (error) {
    if (error instanceof SluiceError) return [error];
    throw error;
  }
}
