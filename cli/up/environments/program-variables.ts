import { settingsSchema as apiSettings } from '../../../api/settings.ts';
import type { EnvironmentsFile } from '../../../domain/revision/binding.ts';
import { settingsSchema as gatewaySettings } from '../../../gateway/settings.ts';
import { settingsSchema as evaluationSettings } from '../../../workers/evaluation-settings.ts';
import { settingsSchema as workerSettings } from '../../../workers/settings.ts';
import { variablesNamed } from '../servers/system-variables.ts';

/** What a shell, or whoever starts a stack, hands on to each of its programs. */
export interface ProgramVariables {
  readonly api: Record<string, string>;
  readonly worker: Record<string, string>;
  readonly evaluation: Record<string, string>;
  /** With the keys that the environment's bindings name. */
  gateway(environment: string): Record<string, string>;
}

interface Given {
  readonly variables: NodeJS.ProcessEnv;
  readonly bindings: EnvironmentsFile;
  /** Whether PostgreSQL is somebody's own, which is reached by what libpq's variables say beside its URL. */
  readonly ownDatabase: boolean;
}

/**
 * Each program is told its own settings and no more. Keys of providers go to the gateways that ask with them, each to
 * those of its own environment.
 */
export function programVariables({ variables, bindings, ownDatabase }: Given): ProgramVariables {
  const of = (settings: object, keys: readonly string[] = []) =>
    variablesNamed(
      variables,
      (name) => name in settings || keys.includes(name) || (ownDatabase && name.startsWith('PG')),
    );
  return {
    api: of(apiSettings.shape),
    // Its looks ask the metric stores of all environments.
    worker: of(workerSettings.shape, metricsKeyNames(bindings)),
    evaluation: of(evaluationSettings.shape),
    gateway: (environment) => of(gatewaySettings.shape, keyNames(bindings, environment)),
  };
}

function metricsKeyNames({ environments }: EnvironmentsFile): string[] {
  return Object.values(environments).flatMap(({ metrics = {} }) =>
    Object.values(metrics).flatMap(({ apiKeyEnv }) => apiKeyEnv ?? []),
  );
}

function keyNames({ environments }: EnvironmentsFile, environment: string): string[] {
  const binding = environments[environment];
  if (binding === undefined) return [];
  return [...Object.values(binding.providers), ...Object.values(binding.retrievers)].flatMap(
    ({ apiKeyEnv }) => apiKeyEnv ?? [],
  );
}
