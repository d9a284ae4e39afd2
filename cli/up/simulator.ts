import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { startService, type Service } from './service.ts';

const script = resolve(import.meta.dirname, '../../simulator/provider/main.ts');

export interface SimulatorPorts {
  readonly openai: number;
  readonly anthropic: number;
}

/**
 * Starts the vendors of `sluice up --simulate`. Their ports are given, because bindings that somebody has copied name
 * them, and must hold at the next start. Throws `unreachable` with its last words where it does not start.
 */
export async function startSimulator(home: string, ports: SimulatorPorts): Promise<Service> {
  mkdirSync(join(home, 'logs'), { recursive: true, mode: 0o700 });
  return startService({
    name: 'provider-simulator',
    script,
    env: {
      SIMULATOR_OPENAI_PORT: String(ports.openai),
      SIMULATOR_ANTHROPIC_PORT: String(ports.anthropic),
      SIMULATOR_KEYLESS: 'true',
    },
    logFile: join(home, 'logs', 'simulator.log'),
  });
}
