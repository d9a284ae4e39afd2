import type { z } from 'zod';
import { bindingSchema, type Binding, type EnvironmentsFile } from '../../domain/revision/binding.ts';

/** The key of the simulated providers: they take any, but the bindings name one as an operator's would. */
export const demoKey = { name: 'DEMO_PROVIDER_KEY', value: 'demo' } as const;

type EnvironmentsFileJudges = z.input<typeof bindingSchema>['judges'];
type Models = Binding['providers'][string]['models'];

const usd = (input: number, output: number) => ({
  inputUsdPerMillionTokens: input,
  outputUsdPerMillionTokens: output,
});

/** Staging mirrors production: the same binding twice. */
export function sameForBoth(
  providers: Binding['providers'],
  retrieverUrl: string,
  judges?: EnvironmentsFileJudges,
): EnvironmentsFile {
  const binding = bindingSchema.parse({
    ...{ providers, retrievers: { knowledge: { url: retrieverUrl } } },
    ...(judges === undefined ? {} : { judges }),
  });
  return { environments: { production: binding, staging: binding } };
}

/** The example's models on the provider simulator; their prices are made up, in the proportions of real ones. */
export function simulatedEnvironments(
  urls: { readonly openai: string; readonly anthropic: string },
  retrieverUrl: string,
): EnvironmentsFile {
  const models: Models = {
    'atlas-large': usd(2, 8),
    'atlas-flash': usd(0.2, 0.8),
    'sonata-large': usd(2.5, 10),
    'arbiter-large': usd(2, 8),
  };
  const key = { apiKeyEnv: demoKey.name, models };
  return sameForBoth(
    {
      openai: { kind: 'openai', baseUrl: urls.openai, ...key },
      anthropic: { kind: 'anthropic', baseUrl: urls.anthropic, ...key },
    },
    retrieverUrl,
    { default: { provider: 'openai', model: 'arbiter-large', version: '1', callsPerDay: 1_000_000 } },
  );
}
