import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { environmentsFileSchema, type Binding } from '../../domain/binding.ts';
import { SluiceError } from '../../domain/errors.ts';
import type { Revision } from '../../domain/revision.ts';
import { parseLocatedYaml } from '../../evals/suite-file/located-yaml.ts';
import { bindRevision } from '../../gateway/config/bind-revision.ts';

export interface BindingSource {
  environmentsFile: string;
  environment: string;
  /** Where the keys are. */
  variables: NodeJS.ProcessEnv;
}

/**
 * The binding of an environment, and the proof that revisions can be bound by it: every provider, retriever and key
 * is there. Throws `invalid_file` and `not_found` naming what is not.
 */
export async function openBinding(source: BindingSource, revisions: readonly Revision[]): Promise<Binding> {
  const { environmentsFile, environment, variables } = source;
  const binding = readBinding(environmentsFile, environment);
  const bound = [...Object.values(binding.providers), ...Object.values(binding.retrievers)];
  const keys = bound.flatMap(({ apiKeyEnv }) => {
    const key = apiKeyEnv === undefined ? undefined : variables[apiKeyEnv];
    return apiKeyEnv === undefined || key === undefined || key === '' ? [] : [[apiKeyEnv, key] as const];
  });
  for (const revision of revisions) {
    try {
      await bindRevision(revision, { binding, keys: new Map(keys) });
    } catch (error) {
      if (!(error instanceof SluiceError)) throw error;
      throw new SluiceError(error.code, `${revision.label} cannot run in ${environment}: ${error.message}`, {
        remedy: `Bind it in ${environmentsFile}, and set the keys that this names.`,
        cause: error,
      });
    }
  }
  return binding;
}

function readBinding(file: string, environment: string): Binding {
  const yaml = parseLocatedYaml(readFileSync(file, 'utf8'), file);
  const parsed = environmentsFileSchema.safeParse(yaml.value);
  if (!parsed.success) {
    throw new SluiceError('invalid_file', `${file}: ${z.prettifyError(parsed.error)}`, {
      remedy: '`sluice schema --of environments` prints its schema.',
    });
  }
  const binding = parsed.data.environments[environment];
  if (binding !== undefined) return binding;
  throw new SluiceError('not_found', `${file} has no environment "${environment}".`, {
    remedy: `It has: ${Object.keys(parsed.data.environments).join(', ')}.`,
  });
}
