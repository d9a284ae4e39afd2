import { z } from 'zod';
import { knownKeys } from './known-keys.ts';
import { policySchema } from './policy/policy.ts';
import { plansSchema, releaseSpecSchema } from './release/release-spec.ts';
import { environmentsFileSchema } from './revision/binding.ts';

it.each([
  ['a spec', releaseSpecSchema, [], 'revision'],
  ['a target of a chain', releaseSpecSchema, ['revision', 'chain', 0], 'provider'],
  ['a step of a plan', plansSchema, ['plans', 'careful', 'steps', 1], 'hold'],
  ['a policy', policySchema, ['steps'], 'minHold'],
  [
    'a provider of a binding',
    environmentsFileSchema,
    ['environments', 'production', 'providers', 'x'],
    'baseUrl',
  ],
])('knows the names of %s, as it is in use', (_, schema, path, name) => {
  expect(knownKeys(schema, path)).toContain(name);
});

it('sees through defaults and alternatives, and knows nothing where nothing is', () => {
  const inner = z.strictObject({ a: z.number(), b: z.string() }).transform(({ a }) => a);
  const schema = z.object({ one: z.union([z.literal('skip'), inner]).prefault('skip') }).optional();
  expect(knownKeys(schema, ['one'])).toEqual(['a', 'b']);
  expect(knownKeys(schema, ['two', 0])).toEqual([]);
  expect(knownKeys(z.string(), ['x'])).toEqual([]);
});
