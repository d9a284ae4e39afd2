import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import {
  environmentsFileSchema,
  type Binding,
  type EnvironmentsFile,
  type ProviderBinding,
} from '../../../domain/revision/binding.ts';
import { providerKindNames, providerKinds } from '../../../domain/revision/provider-kinds.ts';
import { SluiceError } from '../../../domain/errors.ts';
import { parseLocatedYaml } from '../../../evals/suite-file/located-yaml.ts';
import { fileError } from '../../pack/file-error.ts';

/** The vendors' own APIs, each under the name of its kind. */
const vendors: Record<string, ProviderBinding> = Object.fromEntries(
  providerKindNames.map((kind) => {
    const { baseUrl, apiKeyEnv } = providerKinds[kind];
    return [kind, { kind, baseUrl, apiKeyEnv, models: {} }];
  }),
);

/** Both environments call the vendors' own APIs with the keys of the shell that started the stack. */
const vendorEnvironments: EnvironmentsFile = {
  environments: {
    production: { providers: vendors, retrievers: {} },
    staging: { providers: vendors, retrievers: {} },
  },
};

const preamble = `# Where each environment's providers and retrievers are. Revisions name them, only this file knows their places.
# Staging should mirror production: the same models, indexes and filters; keys and URLs may differ.
`;

/** The environments file of a person: the one in the working directory, else that of the stack's home. */
export function ownEnvironmentsFile(workingDirectory: string, home: string): string | undefined {
  const places = [workingDirectory, home].map((folder) => join(folder, 'sluice.environments.yaml'));
  return places.find((path) => existsSync(path));
}

/**
 * The environments file to use: a person's, else one in the stack's home that is written at its first start and may be
 * edited.
 */
export function environmentsFile(workingDirectory: string, home: string): string {
  const own = ownEnvironmentsFile(workingDirectory, home);
  if (own !== undefined) return own;
  const path = join(home, 'sluice.environments.yaml');
  writeFileSync(path, preamble + stringify(vendorEnvironments), { mode: 0o600 });
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
  const { environments: known } = readEnvironments(file);
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

/** All that an environments file says; without one, what the vendors' own APIs are. Throws `invalid_file`. */
export function readEnvironments(file: string | undefined): EnvironmentsFile {
  if (file === undefined) return vendorEnvironments;
  const yaml = parseLocatedYaml(readFileSync(file, 'utf8'), file);
  const parsed = environmentsFileSchema.safeParse(yaml.value);
  if (parsed.success) return parsed.data;
  const printSchema = 'sluice schema --of environments';
  throw fileError({ file, yaml, error: parsed.error, schema: environmentsFileSchema, printSchema });
}
