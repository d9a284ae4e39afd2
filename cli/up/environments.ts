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

/**
 * What the provider simulator stands in for: the models of `sluice init`, and its own by their names
 * (`atlas-large`, `atlas-mini`, `atlas-flash`, `sonata-large`, `sonata-mini`). It asks for no key.
 */
function simulatedEnvironments(urls: { openai: string; anthropic: string }): EnvironmentsFile {
  const providers = {
    openai: {
      kind: 'openai' as const,
      baseUrl: urls.openai,
      models: { 'gpt-5-mini': { deployment: 'atlas-large' } },
    },
    anthropic: {
      kind: 'anthropic' as const,
      baseUrl: urls.anthropic,
      models: { 'claude-haiku-4-5': { deployment: 'sonata-large' } },
    },
  };
  const binding = { providers, retrievers: {} };
  return { environments: { production: binding, staging: binding } };
}

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

/** Writes the environments file of `sluice up --simulate` into the stack's home, anew at every start. */
export function writeSimulatedEnvironments(
  home: string,
  urls: { openai: string; anthropic: string },
): string {
  const path = join(home, 'simulated.environments.yaml');
  writeFileSync(
    path,
    `# Written by \`sluice up --simulate\` at every start.\n${stringify(simulatedEnvironments(urls), { aliasDuplicateObjects: false })}`,
  );
  return path;
}

/** The variables that bindings take keys from and that have no value: what needs them is refused by the gateways. */
export function missingKeys(bindings: readonly Binding[], variables: NodeJS.ProcessEnv): string[] {
  const bound = bindings.flatMap(({ providers, retrievers }) => [
    ...Object.values(providers),
    ...Object.values(retrievers),
  ]);
  const names = bound.flatMap(({ apiKeyEnv }) => (apiKeyEnv === undefined ? [] : [apiKeyEnv]));
  return [...new Set(names)].filter((name) => (variables[name] ?? '') === '');
}

/**
 * The bindings of the environments that are asked for, in their order; without a file those of the vendors' own APIs.
 * Throws `invalid_file` for a file that is wrong, `not_found` for an environment that it does not have.
 */
export function readBindings(file: string | undefined, environments: readonly string[]): Binding[] {
  const { environments: known } = file === undefined ? vendorEnvironments : readEnvironments(file);
  return environments.map((environment) => {
    const binding = known[environment];
    if (binding !== undefined) return binding;
    const where = file ?? 'Without a sluice.environments.yaml there';
    const has = file === undefined ? 'is' : 'has';
    throw new SluiceError('not_found', `${where} ${has} no environment "${environment}".`, {
      remedy: `There are: ${Object.keys(known).join(', ')}.`,
    });
  });
}

/** All that an environments file says. Throws `invalid_file`. */
export function readEnvironments(file: string): EnvironmentsFile {
  const yaml = parseLocatedYaml(readFileSync(file, 'utf8'), file);
  const parsed = environmentsFileSchema.safeParse(yaml.value);
  if (parsed.success) return parsed.data;
  throw new SluiceError('invalid_file', `${file}: ${z.prettifyError(parsed.error)}`, {
    remedy: '`sluice schema --of environments` prints its schema.',
  });
}
