import type { Binding, EnvironmentsFile, ProviderBinding } from '../../../domain/revision/binding.ts';
import { sameForBoth } from '../bindings.ts';

export type Vendor = 'openai' | 'anthropic';

/** The vendors whose keys are there, with the addresses that answer for them. */
export type Vendors = Partial<Record<Vendor, { readonly baseUrl: string }>>;

/** From the variables that the vendors' own SDKs read: `OPENAI_API_KEY`, `ANTHROPIC_API_KEY` and `…_BASE_URL`. */
export function readVendors(environment: NodeJS.ProcessEnv): Vendors {
  const at = (url: string | undefined, otherwise: string) => ({ baseUrl: url || otherwise });
  return {
    ...(environment['OPENAI_API_KEY']
      ? { openai: at(environment['OPENAI_BASE_URL'], 'https://api.openai.com/v1') }
      : {}),
    ...(environment['ANTHROPIC_API_KEY']
      ? { anthropic: at(environment['ANTHROPIC_BASE_URL'], 'https://api.anthropic.com') }
      : {}),
  };
}

interface VendorModel {
  readonly vendor: Vendor;
  readonly deployment: string;
  /** List prices of November 2026, in USD per million tokens. */
  readonly usd: { readonly input: number; readonly output: number };
}

const nano: VendorModel = { vendor: 'openai', deployment: 'gpt-4.1-nano', usd: { input: 0.1, output: 0.4 } };
const mini: VendorModel = { vendor: 'openai', deployment: 'gpt-4.1-mini', usd: { input: 0.4, output: 1.6 } };
const haiku: VendorModel = {
  vendor: 'anthropic',
  deployment: 'claude-haiku-4-5',
  usd: { input: 1, output: 5 },
};

/** The model that stands behind each target of the example's chain: with one key, both are that vendor's. */
export function modelsOf(vendors: Vendors): { readonly first: VendorModel; readonly second: VendorModel } {
  return {
    first: vendors.openai === undefined ? haiku : nano,
    second: vendors.anthropic === undefined ? mini : haiku,
  };
}

/** The same revisions on the vendors' own APIs: a binding says what a logical model really is. */
export function vendorEnvironments(vendors: Vendors, retrieverUrl: string): EnvironmentsFile {
  const provider = (logicalModel: string, { vendor, deployment, usd }: VendorModel): ProviderBinding => ({
    kind: vendor,
    baseUrl: vendors[vendor]?.baseUrl ?? '',
    apiKeyEnv: vendor === 'openai' ? 'OPENAI_API_KEY' : 'ANTHROPIC_API_KEY',
    models: {
      [logicalModel]: {
        deployment,
        inputUsdPerMillionTokens: usd.input,
        outputUsdPerMillionTokens: usd.output,
      },
    },
  });
  const { first, second } = modelsOf(vendors);
  const providers: Binding['providers'] = {
    openai: provider('atlas-large', first),
    anthropic: provider('sonata-large', second),
  };
  return sameForBoth(providers, retrieverUrl);
}
