import { createControlServer } from './control-server.ts';
import { createFaultStore } from './faults.ts';
import { openListener } from './listener.ts';
import { createCatalogue } from './models/catalogue.ts';
import { createJudge } from './models/judge.ts';
import { seededRandom } from '../random.ts';
import { createProviderServer } from './provider-server.ts';
import type { SimulatorSettings } from './settings.ts';
import { createStats } from './stats.ts';

export interface Simulator {
  /** Base URL for OpenAI clients, with `/v1`. */
  readonly openai: string;
  /** Base URL for Anthropic clients, without a path. */
  readonly anthropic: string;
  /** Origin of the control port. */
  readonly control: string;
  close(): Promise<void>;
}

/** Starts both providers and the control port. Rejects when a port is taken. */
export async function startSimulator(settings: SimulatorSettings): Promise<Simulator> {
  let occurrences = 0;
  const state = {
    catalogue: createCatalogue({ flashFastCharacters: settings.flashFastCharacters }),
    faults: createFaultStore(seededRandom('faults')),
    stats: createStats(),
    judge: createJudge(),
    keyless: settings.keyless ?? false,
    speed: settings.speed,
    nextOccurrence: () => (occurrences += 1),
  };
  const { host } = settings;
  const openai = await openListener(createProviderServer('openai', state), host, settings.openaiPort);
  const anthropic = await openListener(
    createProviderServer('anthropic', state),
    host,
    settings.anthropicPort,
  );
  const { faults, stats, judge } = state;
  const controls = { faults, stats, judge, listeners: { openai, anthropic } };
  const control = await openListener(createControlServer(controls), host, settings.controlPort);
  return {
    openai: `${openai.origin}/v1`,
    anthropic: anthropic.origin,
    control: control.origin,
    async close() {
      await Promise.all([openai.down(), anthropic.down(), control.down()]);
    },
  };
}
