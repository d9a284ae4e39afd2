import { startSimulator, type Simulator } from '../../simulator/provider/simulator.ts';

/** The provider simulator as tests use it: on free ports, and with all that takes time fifty times as fast. */
export function startTestSimulator(): Promise<Simulator> {
  const ports = { openaiPort: 0, anthropicPort: 0, controlPort: 0 };
  return startSimulator({ host: '127.0.0.1', ...ports, speed: 50, flashFastCharacters: 160 });
}
