import { join, resolve } from 'node:path';
import { z } from 'zod';
import { startService, type Service } from '../../cli/up/service.ts';
import type { EnvironmentsFile } from '../../domain/revision/binding.ts';
import type { judgeScript } from '../../simulator/provider/models/judge.ts';
import { simulatedEnvironments } from './bindings.ts';
import { vendorEnvironments, type Vendors } from './real/vendors.ts';

const simulatorScript = resolve(import.meta.dirname, '..', '..', 'simulator', 'provider', 'main.ts');

/** Who answers the gateways. */
export interface Providers {
  environments(retrieverUrl: string): EnvironmentsFile;
  /** The provider simulator's switches and counters; undefined where real providers answer. */
  readonly control: ProviderControl | undefined;
  stop(): Promise<void>;
}

export type ProviderName = 'openai' | 'anthropic';

export interface ProviderControl {
  down(name: ProviderName): Promise<void>;
  up(name: ProviderName): Promise<void>;
  /** Calls that each provider has answered so far. */
  calls(): Promise<Record<ProviderName, number>>;
  /** What is right, which the judge among the models sees that well. */
  judge(script: z.input<typeof judgeScript>): Promise<void>;
}

const statsSchema = z.object({ models: z.record(z.string(), z.looseObject({ ok: z.number().optional() })) });

function startSimulator(home: string, fastCharacters: number): Promise<Service> {
  return startService({
    name: 'provider-simulator',
    script: simulatorScript,
    env: { SIMULATOR_FLASH_FAST_CHARACTERS: String(fastCharacters) },
    logFile: join(home, 'logs', 'simulator.log'),
  });
}

function createProviderControl(simulator: Service): ProviderControl {
  const control = `${simulator.address('control')}/simulator`;
  const set = async (name: ProviderName, state: string) => {
    const response = await fetch(`${control}/provider/${name}/${state}`, { method: 'POST' });
    if (!response.ok) throw new Error(`The simulator did not take ${name} ${state}: ${response.status}.`);
  };
  return {
    down: (name) => set(name, 'down'),
    up: (name) => set(name, 'up'),
    async judge(script) {
      const response = await fetch(`${control}/judge`, { method: 'PUT', body: JSON.stringify(script) });
      if (!response.ok) throw new Error(`The simulator did not take its judge: ${response.status}.`);
    },
    async calls() {
      const { models } = statsSchema.parse(await (await fetch(`${control}/stats`)).json());
      const sum = (prefix: string) =>
        Object.entries(models).reduce(
          (total, [model, { ok }]) => total + (model.startsWith(prefix) ? (ok ?? 0) : 0),
          0,
        );
      return { openai: sum('atlas-'), anthropic: sum('sonata-') };
    },
  };
}

/** The provider simulator, with a small model that is quick for messages up to so many characters. */
export async function simulatedProviders(home: string, fastCharacters: number): Promise<Providers> {
  const simulator = await startSimulator(home, fastCharacters);
  const urls = { openai: simulator.address('openai'), anthropic: simulator.address('anthropic') };
  return {
    environments: (retrieverUrl) => simulatedEnvironments(urls, retrieverUrl),
    control: createProviderControl(simulator),
    stop: () => simulator.stop(),
  };
}

/** The vendors themselves. */
export function realProviders(vendors: Vendors): Providers {
  return {
    environments: (retrieverUrl) => vendorEnvironments(vendors, retrieverUrl),
    control: undefined,
    stop: () => Promise.resolve(),
  };
}
