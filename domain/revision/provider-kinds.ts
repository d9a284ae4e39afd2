/** What is known of a vendor whose protocol a provider speaks, before anything is asked of it. */
export interface ProviderKindFacts {
  readonly title: string;
  /** Where the vendor's own API is, as its official SDK has it. */
  readonly baseUrl: string;
  /** The environment variable that its SDK takes the key from. */
  readonly apiKeyEnv: string;
  /** What `sluice init` begins with: small, quick and cheap. */
  readonly exampleModel: string;
  /** How a base URL of this kind is to be written. */
  readonly baseUrlForm: string;
}

/**
 * The kinds of providers, `kind` in an environment's bindings. A new one is a line here, a line in
 * `protocols/registry.ts` and a folder of `protocols/`; schemas, `sluice init` and the first environments file follow.
 */
export const providerKinds = {
  openai: {
    title: 'OpenAI, and the many servers that speak like it',
    baseUrl: 'https://api.openai.com/v1',
    apiKeyEnv: 'OPENAI_API_KEY',
    exampleModel: 'gpt-5-mini',
    baseUrlForm: 'with the version’s path (`https://…/v1`)',
  },
  anthropic: {
    title: 'Anthropic',
    baseUrl: 'https://api.anthropic.com',
    apiKeyEnv: 'ANTHROPIC_API_KEY',
    exampleModel: 'claude-haiku-4-5',
    baseUrlForm: 'without the version’s path',
  },
} as const satisfies Record<string, ProviderKindFacts>;

export type ProviderKind = keyof typeof providerKinds;

export const providerKindNames = Object.keys(providerKinds) as [ProviderKind, ...ProviderKind[]];
