import { join } from 'node:path';
import { noTemporalVariables } from '../../../program/temporal-settings.ts';
import { startEmbeddedServer, type EmbeddedServer } from '../embedded-server.ts';
import { freePort } from '../servers/free-port.ts';
import { servesTemporal, startTemporalServer, type TemporalServer } from '../servers/temporal-server.ts';
import { portOf, type StackOptions } from './stack-options.ts';
import type { Started } from './started.ts';

/** A Temporal that the programs can use. */
export interface OpenedTemporal {
  /** Undefined where it is somebody else's. */
  readonly server: EmbeddedServer<TemporalServer> | undefined;
  readonly address: string;
  /** The settings by which programs reach it. */
  readonly settings: Readonly<Record<string, string>>;
}

/** Starts a Temporal server where none is given. */
export async function openTemporal(options: StackOptions, started: Started): Promise<OpenedTemporal> {
  const { temporalAddress } = options;
  if (temporalAddress !== undefined) {
    const settings = { TEMPORAL_ADDRESS: temporalAddress };
    return { server: undefined, address: temporalAddress, settings };
  }
  const server = await started.part('Temporal server', () => startServer(options));
  const { address } = server.running();
  // How a shell reaches another server says nothing of our own.
  return { server, address, settings: { ...noTemporalVariables, TEMPORAL_ADDRESS: address } };
}

async function startServer(options: StackOptions): Promise<EmbeddedServer<TemporalServer>> {
  const ports = { port: await freePort(), uiPort: await portOf(options.ports.temporalUi) };
  return startEmbeddedServer({
    name: 'temporal',
    start: () =>
      startTemporalServer({
        ...ports,
        dataFile: join(options.home, 'temporal.db'),
        env: process.env,
        logFile: join(options.home, 'logs', 'temporal.log'),
        log: options.log,
      }),
    answers: ({ address }, withinMs) => servesTemporal(address, withinMs),
  });
}
