import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { z } from 'zod';
import {
  environmentsFileSchema,
  type Binding,
  type EnvironmentsFile,
  type ProviderBinding,
} from '../../domain/binding.ts';
import { SluiceError } from '../../domain/errors.ts';
import { parseLocatedYaml } from '../../evals/suite-file/located-yaml.ts';

const openai: ProviderBinding = {
  kind: 'openai',
  baseUrl: 'https://api.openai.com/v1',
  apiKeyEnv: 'OPENAI_API_KEY',
  models: {},
};
const anthropic: ProviderBinding = {
  kind: 'anthropic',
  baseUrl: 'https://api.anthropic.com',
  apiKeyEnv: 'ANTHROPIC_API_KEY',
  models: {},
};

/** Both environments call the vendors' own APIs with the keys of the shell that started the stack. */
const vendorEnvironments: EnvironmentsFile = {
  environments: {
    production: { providers: { openai, anthropic }, retrievers: {} },
    staging: { providers: { openai, anthropic }, retrievers: {} },
  },
};

const preamble = `# Where each environment's providers and retrievers are. Revisions name them, only this file knows their places.
# Staging should mirror production: the same models, indexes and filters; keys and URLs may differ.
`;

/**
 * The environments file to use: the one in the working directory, else one in the stack's home that is written at
 * its first start and may be edited.
 */
export function environmentsFile(workingDirectory: string, home: string): { path: string; written: boolean } {
  const own = join(workingDirectory, 'sluice.environments.yaml');
  if (existsSync(own)) return { path: own, written: false };
  const path = join(home, 'sluice.environments.yaml');
  if (existsSync(path)) return { path, written: false };
  writeFileSync(path, preamble + stringify(vendorEnvironments));
  return { path, written: true };
}

/**
 * The bindings of the environments that are asked for, in their order. Throws `invalid_file` for a file that is wrong,
 * `not_found` for an environment that it does not have.
 */
export function readBindings(file: string, environments: readonly string[]): Binding[] {
  const yaml = parseLocatedYaml(readFileSync(file, 'utf8'), file);
  const parsed = environmentsFileSchema.safeParse(yaml.value);
  if (!parsed.success) {
    throw new SluiceError('invalid_file', `${file}: ${z.prettifyError(parsed.error)}`, {
      remedy: '`sluice schema --of environments` prints its schema.',
    });
  }
  const known = parsed.data.environments;
  return environments.map((environment) => {
    const binding = known[environment];
    if (binding !== undefined) return binding;
    throw new SluiceError('not_found', `${file} has no environment "${environment}".`, {
      remedy: `It has: ${Object.keys(known).join(', ')}.`,
    });
  });
}
