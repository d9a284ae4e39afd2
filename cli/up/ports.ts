import { freePort, isPortFree } from './servers/free-port.ts';

const usualPorts = { api: 7400, gateways: [7411, 7412], staging: 7421, temporalUi: 8233 };
const usualSimulatorPorts = { openai: 7431, anthropic: 7432 };

/** Told in a sentence that a usual port is taken. */
type Tell = (line: string) => void;

/** A usual port where it is free, so that addresses stay the same from day to day; else any, and says so. */
export async function usualOrFree(port: number, tell: Tell): Promise<number> {
  if (await isPortFree(port)) return port;
  const other = await freePort();
  tell(`Port ${port} is taken; using ${other} instead.`);
  return other;
}

/** The ports of the stack's programs. */
export async function choosePorts(tell: Tell) {
  return {
    api: await usualOrFree(usualPorts.api, tell),
    gateways: await Promise.all(usualPorts.gateways.map((port) => usualOrFree(port, tell))),
    staging: await usualOrFree(usualPorts.staging, tell),
    temporalUi: await usualOrFree(usualPorts.temporalUi, tell),
  };
}

/** The ports of `sluice up --simulate`'s vendors. */
export async function chooseSimulatorPorts(tell: Tell) {
  return {
    openai: await usualOrFree(usualSimulatorPorts.openai, tell),
    anthropic: await usualOrFree(usualSimulatorPorts.anthropic, tell),
  };
}
