import type { Binding } from '../../domain/revision/binding.ts';
import { SluiceError } from '../../domain/errors.ts';
import type { Revision } from '../../domain/revision/revision.ts';
import { bindRevision, type BoundEnvironment } from '../../gateway/config/bind-revision.ts';

export interface EvaluationBinding {
  /** What the operator's file says of the environment. */
  readonly binding: Binding;
  readonly environment: string;
  /** Where the keys are. */
  readonly variables: NodeJS.ProcessEnv;
}

/**
 * The binding of an environment with its keys, and the proof that revisions can be bound by it: every provider,
 * retriever and key is there. Throws `invalid_file` and `not_found` naming what is not.
 */
export async function openBinding(
  { binding, environment, variables }: EvaluationBinding,
  revisions: readonly Revision[],
): Promise<BoundEnvironment> {
  const bound = { binding, keys: keysOf(binding, variables) };
  for (const revision of revisions) {
    try {
      await bindRevision(revision, bound);
    } catch (error) {
      if (!(error instanceof SluiceError)) throw error;
      throw new SluiceError(error.code, `${revision.label} cannot run in ${environment}: ${error.message}`, {
        remedy:
          'Set the key that this names, or bind it in sluice.environments.yaml. To try it without keys, run `sluice up --simulate`, and set SLUICE_HOME as that says.',
        cause: error,
      });
    }
  }
  return bound;
}

function keysOf({ providers, retrievers }: Binding, variables: NodeJS.ProcessEnv): Map<string, string> {
  const keys = [...Object.values(providers), ...Object.values(retrievers)].flatMap(({ apiKeyEnv }) => {
    const key = apiKeyEnv === undefined ? undefined : variables[apiKeyEnv];
    return apiKeyEnv === undefined || key === undefined || key === '' ? [] : [[apiKeyEnv, key] as const];
  });
  return new Map(keys);
}
