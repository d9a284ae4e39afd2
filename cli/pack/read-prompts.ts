import { SluiceError } from '../../domain/errors.ts';
import type { PromptFindings } from '../../domain/revision/prompt-findings.ts';
import { checkPrompts } from '../../sandbox/check-prompts.ts';
import { allWithoutFault, joinedFaults } from './faults.ts';
import { inlinePartials } from './inline-partials.ts';
import type { ReadSpec } from './read-spec.ts';
import type { TeamFiles } from './team-files.ts';

/** A prompt of a spec that can be rendered, and what is to be said of it. */
export interface ReadPrompt extends PromptFindings {
  readonly name: string;
  readonly file: string;
  /** With its partials in it. */
  readonly template: string;
}

/**
 * Reads a spec's prompts, and compiles them where there is nothing to take: in CI they are whoever's has opened the pull
 * request, and the token of the API stands in the environment. Throws `invalid_file` with all that cannot be rendered.
 */
export async function readPrompts(files: TeamFiles, file: string, { spec }: ReadSpec): Promise<ReadPrompt[]> {
  const sources = await allWithoutFault(
    Object.entries(spec.revision.prompts).map(([name, path]) =>
      readSource(files, name, files.beside(file, path)),
    ),
  );
  const templates = Object.fromEntries(sources.map(({ name, template }) => [name, template]));
  const found = await checkPrompts(templates, spec.revision);
  const prompts = sources.flatMap((source) => {
    const findings = found.get(source.name);
    return findings === undefined ? [] : [{ ...source, ...findings }];
  });
  const joined = joinedFaults(faultsOfPrompts(prompts.filter(({ understood }) => !understood)));
  if (joined !== undefined) throw joined;
  return prompts;
}

async function readSource(
  files: TeamFiles,
  name: string,
  file: string,
): Promise<Pick<ReadPrompt, 'name' | 'file' | 'template'>> {
  return Promise.resolve({ name, file, template: inlinePartials(files, file) });
}

/** All that is wrong with prompts: what cannot be rendered, names that stand for nothing. */
export function faultsOfPrompts(prompts: readonly ReadPrompt[]): SluiceError[] {
  return prompts.flatMap(({ file, faults: found }) =>
    found.map(
      ({ message, remedy }) =>
        new SluiceError('invalid_file', `${file}: ${message}`, remedy === undefined ? {} : { remedy }),
    ),
  );
}
