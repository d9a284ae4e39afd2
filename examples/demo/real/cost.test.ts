import { capUsd, costText, expectedUsd } from './cost.ts';
import { readVendors, vendorEnvironments, type Vendors } from './vendors.ts';

const openai = { OPENAI_API_KEY: 'sk' };
const anthropic = { ANTHROPIC_API_KEY: 'sk' };

it.each([
  ['both keys', { ...openai, ...anthropic }, 'gpt-4.1-nano and claude-haiku-4-5'],
  ['only OpenAI’s', { ...openai, ANTHROPIC_API_KEY: '' }, 'gpt-4.1-nano and gpt-4.1-mini'],
  ['only Anthropic’s', anthropic, 'claude-haiku-4-5 and claude-haiku-4-5'],
])('with %s, says which models it calls and what that costs, less than the cap', (_, keys, models) => {
  const vendors = readVendors(keys);
  expect(costText(vendors, 2)).toContain(models);
  expect(costText(vendors, 2)).toContain(`about ${expectedUsd(vendors, 2).toFixed(2)} USD`);
  expect(expectedUsd(vendors, 2)).toBeLessThan(capUsd);
});

it('refuses what would cost more than the cap', () => {
  expect(() => costText(readVendors(anthropic), 10)).toThrow('lower --rate');
});

describe('the bindings', () => {
  const providersOf = (vendors: Vendors) =>
    vendorEnvironments(vendors, 'http://retriever').environments['production']?.providers;

  it('send both targets of the chain to the one vendor whose key is there', () => {
    expect(providersOf(readVendors(anthropic))).toMatchObject({
      openai: { kind: 'anthropic', baseUrl: 'https://api.anthropic.com', apiKeyEnv: 'ANTHROPIC_API_KEY' },
      anthropic: { kind: 'anthropic', apiKeyEnv: 'ANTHROPIC_API_KEY' },
    });
    expect(providersOf(readVendors(openai))).toMatchObject({
      openai: { kind: 'openai', baseUrl: 'https://api.openai.com/v1', apiKeyEnv: 'OPENAI_API_KEY' },
      anthropic: { kind: 'openai', apiKeyEnv: 'OPENAI_API_KEY' },
    });
  });

  it('go where the SDKs’ own variables say', () => {
    const elsewhere = { ...openai, OPENAI_BASE_URL: 'http://proxy/v1' };
    expect(providersOf(readVendors(elsewhere))).toMatchObject({ openai: { baseUrl: 'http://proxy/v1' } });
  });
});
