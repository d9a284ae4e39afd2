import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import type { Binding, EnvironmentsFile, ProviderBinding } from '../../../domain/revision/binding.ts';
import { providerKinds, type ProviderKind } from '../../../domain/revision/provider-kinds.ts';

/** The kinds that the simulator plays. */
type SimulatedKind = Extract<ProviderKind, 'openai' | 'anthropic'>;

/** Where the simulated vendors are. */
export type SimulatorUrls = Readonly<Record<SimulatedKind, string>>;

/** The models that the simulator has; every other name stands for the first of its vendor. */
const simulated: Record<SimulatedKind, readonly [string, ...string[]]> = {
  openai: ['atlas-large', 'atlas-mini', 'atlas-flash'],
  anthropic: ['sonata-large', 'sonata-mini'],
};

function isSimulated(kind: ProviderKind): kind is SimulatedKind {
  return Object.hasOwn(simulated, kind);
}

/**
 * Somebody's environments with simulated vendors: providers keep their names, models and prices, and get the simulator's
 * address, which asks for no key; one that the simulator does not play becomes its OpenAI. Retrievers stay as they are:
 * nothing plays them.
 */
function simulateVendors({ environments }: EnvironmentsFile, urls: SimulatorUrls): EnvironmentsFile {
  const simulate = ({ providers, retrievers }: Binding): Binding => ({
    providers: mapValues(providers, (provider) => simulateProvider(provider, urls)),
    retrievers,
  });
  return { environments: mapValues(environments, simulate) };
}

function simulateProvider({ kind: ownKind, models }: ProviderBinding, urls: SimulatorUrls): ProviderBinding {
  const kind = isSimulated(ownKind) ? ownKind : 'openai';
  // What `sluice init` writes can be tried before anything is bound.
  const bound: ProviderBinding['models'] = { [providerKinds[ownKind].exampleModel]: {}, ...models };
  return {
    kind,
    baseUrl: urls[kind],
    models: Object.fromEntries(
      Object.entries(bound).map(([name, model]) => {
        const known = simulated[kind].find((each) => each === (model.deployment ?? name));
        return [name, { ...model, deployment: known ?? simulated[kind][0] }];
      }),
    ),
  };
}

function mapValues<Value, Result>(
  record: Readonly<Record<string, Value>>,
  change: (value: Value) => Result,
): Record<string, Result> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, change(value)]));
}

/** Writes the environments file of `sluice up --simulate` into the stack's home, anew at every start. */
export function writeSimulatedEnvironments(home: string, own: EnvironmentsFile, urls: SimulatorUrls): string {
  const path = join(home, 'simulated.environments.yaml');
  const text = stringify(simulateVendors(own, urls), { aliasDuplicateObjects: false });
  writeFileSync(path, `# Written by \`sluice up --simulate\` at every start.\n${text}`, { mode: 0o600 });
  return path;
}
