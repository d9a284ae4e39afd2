import type { Binding, EnvironmentsFile } from '../../domain/binding.ts';

type Models = Binding['providers'][string]['models'];

const usd = (input: number, output: number) => ({
  inputUsdPerMillionTokens: input,
  outputUsdPerMillionTokens: output,
});

/** Staging mirrors production: the same binding twice. */
function both(providers: Binding['providers'], retrieverUrl: string): EnvironmentsFile {
  const binding: Binding = { providers, retrievers: { knowledge: { url: retrieverUrl } } };
  return { environments: { production: binding, staging: binding } };
}

/** The example's models on the provider simulator; their prices are made up, in the proportions of real ones. */
export function simulatedEnvironments(
  urls: { openai: string; anthropic: string },
  retrieverUrl: string,
): EnvironmentsFile {
  const models: Models = {
    'atlas-large': usd(2, 8),
    'atlas-flash': usd(0.2, 0.8),
    'sonata-large': usd(2.5, 10),
  };
  const key = { apiKeyEnv: 'DEMO_PROVIDER_KEY', models };
  return both(
    {
      openai: { kind: 'openai', baseUrl: urls.openai, ...key },
      anthropic: { kind: 'anthropic', baseUrl: urls.anthropic, ...key },
    },
    retrieverUrl,
  );
}

/** The same revisions on the vendors' own APIs: a binding says what a logical model really is. */
export function vendorEnvironments(retrieverUrl: string): EnvironmentsFile {
  return both(
    {
      openai: {
        kind: 'openai',
        baseUrl: 'https://api.openai.com/v1',
        apiKeyEnv: 'OPENAI_API_KEY',
        models: { 'atlas-large': { deployment: 'gpt-4.1-nano', ...usd(0.1, 0.4) } },
      },
      anthropic: {
        kind: 'anthropic',
        baseUrl: 'https://api.anthropic.com',
        apiKeyEnv: 'ANTHROPIC_API_KEY',
        models: { 'sonata-large': { deployment: 'claude-3-5-haiku-latest', ...usd(0.8, 4) } },
      },
    },
    retrieverUrl,
  );
}
