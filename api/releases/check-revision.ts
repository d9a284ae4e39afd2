import type { RevisionContent } from '../../domain/revision/revision.ts';
import { SluiceError } from '../../domain/errors.ts';
import { checkPrompts } from '../../sandbox/check-prompts.ts';

/**
 * Refuses a revision that a gateway cannot render, or whose templates have names that stand for nothing: they would
 * silently print nothing to every user. Its prompts are compiled for the first time, and so not in this process.
 * Throws `invalid_request` naming the prompts and the lines, and what `checkPrompts` throws.
 */
export async function checkRevision(content: RevisionContent): Promise<void> {
  const templates = Object.entries(content.prompts).map(([name, { template }]) => [name, template] as const);
  const found = await checkPrompts(Object.fromEntries(templates), content);
  const faults = [...found].flatMap(([name, each]) => each.faults.map((fault) => ({ name, fault })));
  if (faults.length === 0) return;
  const remedies = new Set(faults.flatMap(({ fault }) => fault.remedy ?? []));
  throw new SluiceError(
    'invalid_request',
    faults.map(({ name, fault }) => `The prompt ${name}: ${fault.message}`).join('\n'),
    { remedy: [...remedies].join(' ') },
  );
}
