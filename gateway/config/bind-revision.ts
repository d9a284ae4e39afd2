import { setImmediate } from 'node:timers/promises';
import { deploymentOf, type Binding } from '../../domain/revision/binding.ts';
import { durationMs } from '../../domain/duration.ts';
import { SluiceError } from '../../domain/errors.ts';
import type { GatewayRetrieval, Revision, Target, Timeouts } from '../../domain/revision/revision.ts';
import { compilePrompt, type CompiledPrompt } from '../rendering/prompt.ts';
import type { ResolvedTarget } from '../../protocols/target.ts';

/** A retrieval whose logical retriever has been found. */
export interface BoundRetrieval {
  readonly settings: GatewayRetrieval;
  readonly url: string;
  readonly apiKey?: string;
  readonly timeoutMs: number;
}

/** A revision that this gateway can serve: compiled and bound. */
export interface ServedRevision extends Revision {
  readonly prompts: ReadonlyMap<string, CompiledPrompt>;
  readonly chain: readonly ResolvedTarget[];
  readonly retrieval?: BoundRetrieval;
  readonly totalTimeoutMs: number;
}

/** What the operator decides about an environment: where things are, and the keys to them by variable name. */
export interface BoundEnvironment {
  readonly binding: Binding;
  readonly keys: ReadonlyMap<string, string>;
}

/**
 * Compiles a revision's prompts and finds its providers and retriever. Throws `invalid_file` for a prompt that does
 * not compile, `not_found` for a name or key that the environment does not have.
 */
export async function bindRevision(
  revision: Revision,
  environment: BoundEnvironment,
): Promise<ServedRevision> {
  const { content } = revision;
  const prompts = new Map<string, CompiledPrompt>();
  for (const [name, { template }] of Object.entries(content.prompts)) {
    prompts.set(name, await compilePrompt(template));
    await setImmediate(); // To compile takes a moment, in which nobody else is answered.
  }
  const { retrieval } = content;
  return {
    digest: revision.digest,
    app: revision.app,
    label: revision.label,
    content,
    prompts,
    chain: content.chain.map((target) => bindTarget(target, revision, environment)),
    totalTimeoutMs: Math.max(
      ...content.chain.map(({ timeouts }) => durationMs(timeouts?.total ?? content.timeouts.total)),
    ),
    ...(retrieval?.by === 'gateway' ? { retrieval: bindRetrieval(retrieval, environment) } : {}),
  };
}

function bindTarget(target: Target, { content }: Revision, environment: BoundEnvironment): ResolvedTarget {
  const provider = environment.binding.providers[target.provider];
  if (provider === undefined)
    throw notBound('provider', target.provider, Object.keys(environment.binding.providers));
  const model = provider.models[target.model];
  const timeoutMs = (name: keyof Timeouts): number =>
    durationMs(target.timeouts?.[name] ?? content.timeouts[name]);
  return {
    provider: target.provider,
    kind: provider.kind,
    baseUrl: provider.baseUrl,
    ...keyFor(provider.apiKeyEnv, environment),
    model: deploymentOf(provider, target.model),
    logicalModel: target.model,
    parameters: { ...content.parameters, ...target.parameters },
    timeoutsMs: {
      connect: timeoutMs('connect'),
      firstContent: timeoutMs('firstContent'),
      idle: timeoutMs('idle'),
      ...(target.timeouts?.total === undefined ? {} : { total: durationMs(target.timeouts.total) }),
    },
    ...(model?.maxOutputTokens === undefined ? {} : { maxOutputTokens: model.maxOutputTokens }),
    prices: {
      ...(model?.inputUsdPerMillionTokens === undefined
        ? {}
        : { inputUsdPerMillionTokens: model.inputUsdPerMillionTokens }),
      ...(model?.outputUsdPerMillionTokens === undefined
        ? {}
        : { outputUsdPerMillionTokens: model.outputUsdPerMillionTokens }),
    },
  };
}

function bindRetrieval(settings: GatewayRetrieval, environment: BoundEnvironment): BoundRetrieval {
  const retriever = environment.binding.retrievers[settings.retriever];
  if (retriever === undefined)
    throw notBound('retriever', settings.retriever, Object.keys(environment.binding.retrievers));
  return {
    settings,
    url: retriever.url,
    ...keyFor(retriever.apiKeyEnv, environment),
    timeoutMs: durationMs(settings.timeout),
  };
}

/** Throws `not_found` where the variable is not set. */
export function keyFor(
  variable: string | undefined,
  { keys }: BoundEnvironment,
): { readonly apiKey?: string } {
  if (variable === undefined) return {};
  const apiKey = keys.get(variable);
  if (apiKey === undefined) {
    throw new SluiceError('not_found', `The key in ${variable} is not set in this gateway.`, {
      remedy: `Set ${variable} and start the gateway again.`,
    });
  }
  return { apiKey };
}

export function notBound(what: string, name: string, known: readonly string[]): SluiceError {
  return new SluiceError(
    'not_found',
    `This environment has no ${what} "${name}", only: ${known.join(', ') || 'none'}.`,
    {
      remedy: 'Bind it in sluice.environments.yaml and start the gateway again.',
    },
  );
}
