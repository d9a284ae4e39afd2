import { z } from 'zod';
import { faultSentence, faultsOf } from './faults-of.ts';
import { planSchema } from './release/plan.ts';

function sentencesOf(schema: z.ZodType, value: unknown): string[] {
  const { error } = schema.safeParse(value);
  return error === undefined ? [] : faultsOf(error).map(faultSentence);
}

it.each([
  [{ evaluate: { maxRepeats: 1.5 } }, /^evaluate\.maxRepeats: .*int/],
  [{ evaluate: { minPassRate: '90%' } }, /^evaluate\.minPassRate: .*number/],
  [{ mirror: { samples: '100' } }, /^mirror\.samples: .*number/],
  [{ guardrails: { slowdown: { times: Infinity } } }, /^guardrails\.slowdown\.times: .*number/],
  [{ guardrails: { failovers: { ratios: 2 } } }, /^guardrails\.failovers: .*ratios/],
  [{ evaluate: 'never' }, /^evaluate: .*object.*, or .*"skip"/],
  [{ steps: [{ weight: 100, hold: '1 week' }] }, /^steps\.0\.hold: a duration/],
])('names the place within the alternative that was meant: %j', (plan, sentence) => {
  expect(sentencesOf(planSchema, plan)).toEqual([expect.stringMatching(sentence)]);
});

it('names what every alternative misses where two of them may have been meant', () => {
  const either = z.union([z.object({ a: z.number() }), z.object({ b: z.number() })]);
  expect(sentencesOf(z.object({ either }), { either: {} })).toEqual([
    expect.stringMatching(/^either: a: .*, or b: /),
  ]);
});
