import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { UncaughtFault } from '../program/survive-faults.ts';
import { createAdminServer } from './admin-server.ts';
import { createDrain } from './drain.ts';
import { createHostCheck } from './edge/allowed-hosts.ts';
import { startBackground } from './background.ts';
import type { GatewayParts, StartSettings } from './gateway-parts.ts';
import { composeServer } from './compose-server.ts';

export interface RunningGateway {
  /** `http://host:port`, without a path. */
  readonly url: string;
  /** Where its metrics are, in the same form. */
  readonly adminUrl: string;
  readonly bootId: string;
  /** Logs and counts what nobody caught. */
  onFault(fault: UncaughtFault): void;
  /** Stops accepting, finishes what is on, writes the last counts and says goodbye. */
  stop(): Promise<void>;
}

/**
 * Starts a gateway: from its store or, where that is away, from the last known stable revisions on disk.
 * Rejects where the port cannot be had; a database that is away is no reason not to start.
 */
export async function startGateway(settings: StartSettings, parts: GatewayParts): Promise<RunningGateway> {
  const { clock, log } = parts;
  const background = await startBackground(settings, parts);
  const { bootId, store, view, keys, telemetry } = background;
  const state = { stopping: false };
  const doors = {
    requireHost: createHostCheck([settings.host, ...settings.hosts]),
    isReady: () => !state.stopping && (view.ageMs() !== undefined || view.apps().length > 0),
  };
  const serving = composeServer(settings, parts, background, doors);
  const drain = createDrain(serving.server, clock);
  const admin = createAdminServer({
    ...telemetry,
    view,
    ...doors,
    keys: () => ({ mode: settings.keys, known: keys.areKnown() }),
  });
  const adminUrl = await listen(admin, settings.admin);
  const url = await listen(serving.server, settings);
  if (settings.keys === 'open') {
    log.warn(
      'no key is demanded: whoever reaches this address may call models (SLUICE_GATEWAY_KEYS=demanded)',
    );
  }
  return {
    url,
    adminUrl,
    bootId,
    onFault({ kind, error }) {
      telemetry.metrics.fault(kind);
      log.error({ kind, err: error }, 'a fault that nobody caught; the gateway goes on');
    },
    async stop() {
      state.stopping = true;
      serving.stop();
      await drain();
      await serving.end();
      await background.stop();
      admin.closeAllConnections();
      await new Promise((resolve) => admin.close(resolve));
      await Promise.all([store.close(), serving.close()]);
    },
  };
}

/** Listens there, and says where that is. */
async function listen(
  server: Server,
  { host, port }: { readonly host: string; readonly port: number },
): Promise<string> {
  server.listen(port, host);
  await once(server, 'listening');
  return urlOf(host, server.address() as AddressInfo);
}

function urlOf(host: string, { port }: AddressInfo): string {
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
}
