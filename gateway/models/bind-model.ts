import { durationMs } from '../../domain/duration.ts';
import { SluiceError } from '../../domain/errors.ts';
import type { JsonObject } from '../../domain/json.ts';
import { deploymentOf, type ProviderBinding } from '../../domain/revision/binding.ts';
import { defined } from '../../protocols/fields.ts';
import type { ResolvedTarget } from '../../protocols/target.ts';
import { keyFor, notBound, type BoundEnvironment } from '../config/bind-revision.ts';

/** A model that the operator has named for something else than answering callers: to judge, to embed. */
export interface NamedModel {
  readonly provider: string;
  readonly model: string;
  readonly timeout: string;
  readonly parameters?: JsonObject;
}

/** Throws `not_found` for a provider or a key that the environment does not have. */
export function bindModel(
  { provider: name, model, timeout, parameters = {} }: NamedModel,
  environment: BoundEnvironment,
): ResolvedTarget {
  const provider = environment.binding.providers[name];
  if (provider === undefined) throw notBound('provider', name, Object.keys(environment.binding.providers));
  const totalMs = durationMs(timeout);
  return {
    provider: name,
    kind: provider.kind,
    baseUrl: provider.baseUrl,
    ...keyFor(provider.apiKeyEnv, environment),
    model: deploymentOf(provider, model),
    logicalModel: model,
    parameters,
    timeoutsMs: { connect: Math.min(10_000, totalMs), firstContent: totalMs, idle: totalMs },
    ...(provider.models[model] === undefined ? {} : pricesOf(provider.models[model])),
  };
}

type BoundModel = ProviderBinding['models'][string];

function pricesOf({ maxOutputTokens, inputUsdPerMillionTokens, outputUsdPerMillionTokens }: BoundModel) {
  return defined({
    maxOutputTokens,
    prices: defined({ inputUsdPerMillionTokens, outputUsdPerMillionTokens }),
  });
}

/** One of the models that an environment has by name. Throws `not_found` naming those that there are. */
export function namedModel<T>(what: string, name: string, named: Readonly<Record<string, T>> = {}): T {
  const found = Object.hasOwn(named, name) ? named[name] : undefined;
  if (found !== undefined) return found;
  throw new SluiceError(
    'not_found',
    `This environment has no ${what} "${name}", only: ${Object.keys(named).join(', ') || 'none'}.`,
    { remedy: 'Name it in sluice.environments.yaml, and start gateways and workers again.' },
  );
}
