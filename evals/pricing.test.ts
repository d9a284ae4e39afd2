import { bindingSchema } from '../domain/revision/binding.ts';
import { revisionContentSchema } from '../domain/revision/revision.ts';
import { publishedSuiteSchema } from '../domain/evaluation/suite.ts';
import { createSandbox } from '../sandbox/sandbox.ts';
import { prepareCases } from './run/eval-case.ts';
import { costUsd } from '../domain/price.ts';
import { chainPrices, requirePrices } from './pricing.ts';

const binding = bindingSchema.parse({
  providers: {
    primary: {
      kind: 'openai',
      baseUrl: 'https://provider.test/v1',
      models: {
        large: { inputUsdPerMillionTokens: 2, outputUsdPerMillionTokens: 8 },
        half: { inputUsdPerMillionTokens: 2 },
      },
    },
  },
});
const contentOf = (...models: string[]) =>
  revisionContentSchema.parse({ chain: models.map((model) => ({ provider: 'primary', model })) });

function casesWith(assertion: object) {
  const tests = [{ id: 'a', vars: { message: 'hi' }, assert: [assertion] }];
  const suite = publishedSuiteSchema.parse({ name: 's', digest: 'd', content: { tests } });
  return prepareCases([suite], { sandbox: createSandbox() });
}

describe('the price of an answer', () => {
  it('is that of its tokens, for each target of the chain', () => {
    const [large, unknown] = chainPrices(contentOf('large', 'half'), binding);
    expect(unknown).toBeUndefined();
    expect(large).toBeDefined();
    expect(costUsd(large!, { inputTokens: 1000, outputTokens: 500 })).toBeCloseTo(0.006);
  });

  it('must be known of every model that may answer before a cost is asserted', () => {
    const priced = casesWith({ type: 'not-cost', threshold: 1 });
    expect(() => {
      requirePrices(priced, [contentOf('large'), contentOf('large', 'half')], binding);
    }).toThrow(/Case s\/a asserts a cost, but the model half of primary has no price/);
    expect(() => {
      requirePrices(priced, [contentOf('large')], binding);
    }).not.toThrow();
    expect(() => {
      requirePrices(casesWith({ type: 'is-json' }), [contentOf('half')], binding);
    }).not.toThrow();
  });
});
