import type { Binding } from '../../domain/binding.ts';
import { SluiceError } from '../../domain/errors.ts';
import type { Revision } from '../../domain/revision.ts';
import { bindRevision } from '../../gateway/config/bind-revision.ts';
import { readBindings } from '../up/environments.ts';

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
  const [binding] = readBindings(environmentsFile, [environment]);
  if (binding === undefined) throw new Error(`No binding of ${environment}.`);
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
        remedy:
          'Set the key that this names, or bind it in sluice.environments.yaml. To try it without keys, run `sluice up --simulate`, and set SLUICE_HOME as that says.',
        cause: error,
      });
    }
  }
  return binding;
}
