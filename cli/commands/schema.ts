import { z } from 'zod';
import { environmentsFileSchema } from '../../domain/revision/binding.ts';
import { releaseSpecSchema } from '../../domain/release/release-spec.ts';
import { planSchema } from '../../domain/release/plan.ts';
import { policySchema } from '../../domain/policy/policy.ts';
import { done } from '../output/outcome.ts';
import type { Command } from './context.ts';

export type SchemaName = 'sluice' | 'environments' | 'policy';

const header = { $schema: 'https://json-schema.org/draft/2020-12/schema' };

/** The JSON Schema of a file that people write, for their editors. */
export function fileSchema(name: SchemaName): Record<string, unknown> {
  if (name === 'environments') {
    return {
      ...header,
      title: 'sluice.environments.yaml',
      ...z.toJSONSchema(environmentsFileSchema, { io: 'input' }),
    };
  }
  if (name === 'policy') {
    return { ...header, title: 'a policy', ...z.toJSONSchema(policySchema, { io: 'input' }) };
  }
  const spec = releaseSpecSchema.extend({ plans: z.record(z.string(), planSchema).optional() });
  return {
    ...header,
    title: 'sluice.yaml',
    ...z.toJSONSchema(spec, { io: 'input', unrepresentable: 'any' }),
  };
}

/** Prints the JSON Schema of a file. */
export const schema: Command<{ readonly name: SchemaName }> = (_context, { name }) => {
  const json = fileSchema(name);
  return Promise.resolve(done(JSON.stringify(json, null, 2), json));
};
