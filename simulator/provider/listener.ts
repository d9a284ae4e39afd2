import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';

const KEEP_ALIVE_MS = 65_000;

/** A port that can really be closed and opened again. */
export interface ClosableListener {
  /** `http://host:port`; stays the same over `down` and `up`. */
  readonly origin: string;
  /** Stops listening and cuts every open connection; new ones are refused. */
  down(): Promise<void>;
  /** Listens on the same port again. */
  up(): Promise<void>;
}

/** Listens at `port` (0: a free one). Rejects when the port is taken. */
export async function openListener(
  handler: RequestListener,
  host: string,
  port: number,
): Promise<ClosableListener> {
  const server = createServer(handler);
  // Longer than callers keep idle connections, so that none is closed under a request on its way.
  server.keepAliveTimeout = KEEP_ALIVE_MS;
  const listen = async (at: number): Promise<void> => {
    server.listen(at, host);
    await once(server, 'listening');
  };
  await listen(port);
  const held = (server.address() as AddressInfo).port;
  return {
    origin: `http://${host}:${held}`,
    async down() {
      if (!server.listening) return;
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
    async up() {
      if (!server.listening) await listen(held);
    },
  };
}
