import { bindingSchema } from './binding.ts';
import { fingerprintOf, fingerprintSchema, parityDifferences } from './fingerprint.ts';
import { revisionContentSchema } from './revision.ts';

const binding = bindingSchema.parse({
  providers: {
    primary: {
      kind: 'openai',
      baseUrl: 'https://production.test/v1',
      apiKeyEnv: 'KEY',
      models: { large: { deployment: 'gpt-x-2026' } },
    },
  },
  retrievers: { knowledge: { url: 'https://retriever.test' } },
});
const revision = revisionContentSchema.parse({
  chain: [
    { provider: 'primary', model: 'large' },
    { provider: 'primary', model: 'small' },
  ],
  retrieval: { by: 'gateway', retriever: 'knowledge', index: 'faq@3', topK: 5 },
});
const production = fingerprintOf(binding, '1.0.0', { knowledge: { 'faq@3': 'aaa' } });

function withDeployment(deployment: string) {
  return bindingSchema.parse({
    ...binding,
    providers: { primary: { ...binding.providers['primary'], models: { large: { deployment } } } },
  });
}

describe('the parity of staging and production', () => {
  it('holds where only keys and URLs differ', () => {
    const staging = bindingSchema.parse({
      ...binding,
      providers: {
        primary: { ...binding.providers['primary'], baseUrl: 'https://staging.test/v1', apiKeyEnv: 'OTHER' },
      },
    });
    expect(parityDifferences(production, fingerprintOf(staging, '1.0.0', {}), [revision])).toEqual([]);
  });

  it('does not hold where model, index, version or names differ, and says how', () => {
    const other = fingerprintOf(withDeployment('gpt-y'), '1.0.1', { knowledge: { 'faq@3': 'bbb' } });
    expect(parityDifferences(production, other, [revision])).toEqual([
      'the software version is 1.0.0 in production and 1.0.1 in staging',
      'model large of provider primary is gpt-x-2026 (openai) in production and gpt-y (openai) in staging',
      'index faq@3 of retriever knowledge has digest aaa in production and bbb in staging',
    ]);
    const empty = fingerprintOf(bindingSchema.parse({ providers: {} }), '1.0.0', {});
    expect(parityDifferences(production, empty, [revision]).join()).toMatch(
      /not bound in staging.*retriever knowledge is bound/,
    );
  });

  it('concerns only what the revisions need', () => {
    const other = revisionContentSchema.parse({ chain: [{ provider: 'primary', model: 'small' }] });
    expect(
      parityDifferences(production, fingerprintOf(withDeployment('gpt-y'), '1.0.0', {}), [other]),
    ).toEqual([]);
  });

  it('is read from what gateways tell, which holds no keys and no URLs', () => {
    expect(fingerprintSchema.parse(JSON.parse(JSON.stringify(production)))).toEqual(production);
    expect(JSON.stringify(production)).not.toMatch(/https|KEY/);
  });
});
