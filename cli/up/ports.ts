import { setTimeout as delay } from 'node:timers/promises';
import { freePort, isPortFree } from './servers/free-port.ts';

const usualPorts = {
  api: 7400,
  gateways: [7411, 7412],
  staging: 7421,
  /** The admin ports of the gateways, of staging's and of the API. */
  admin: [7461, 7462, 7463, 7460],
  temporalUi: 8233,
};
const usualSimulatorPorts = { openai: 7431, anthropic: 7432 };

/** Told in a sentence that a usual port is taken. */
type Tell = (line: string) => void;

/** Gives a program its usual port, or another. */
type Choose = (usual: number) => Promise<number>;

const pollMs = 100;

/**
 * A usual port where it is free, so that addresses stay the same from day to day; else any, and says so.
 *
 * @param patienceMs how long a port that is taken is waited for: whoever has it is about to end.
 */
export async function usualOrFree(port: number, tell: Tell, patienceMs = 0): Promise<number> {
  const deadline = performance.now() + patienceMs;
  for (;;) {
    if (await isPortFree(port)) return port;
    if (performance.now() >= deadline) break;
    await delay(pollMs);
  }
  const other = await freePort();
  tell(`Port ${port} is taken; using ${other} instead.`);
  return other;
}

/** The ports of the stack's programs. */
export async function choosePorts(choose: Choose) {
  return {
    api: await choose(usualPorts.api),
    gateways: await Promise.all(usualPorts.gateways.map(choose)),
    staging: await choose(usualPorts.staging),
    admin: await Promise.all(usualPorts.admin.map(choose)),
    temporalUi: await choose(usualPorts.temporalUi),
  };
}

/** The ports of `sluice up --simulate`'s vendors. */
export async function chooseSimulatorPorts(choose: Choose) {
  return {
    openai: await choose(usualSimulatorPorts.openai),
    anthropic: await choose(usualSimulatorPorts.anthropic),
  };
}
