import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** A TCP way to a server that a test cuts: then connections break, and new ones are refused. */
export interface CuttableProxy {
  /** The URL of the server by this way. */
  readonly url: string;
  /** When the server was heard by it, by this machine's clock in milliseconds; before that, when the way was opened. */
  readonly lastHeardMs: () => number;
  /** Resolves when nothing listens any more; nothing is left of the proxy then, unless it is mended. */
  cut(): Promise<void>;
  /** Nothing comes through any more, and nobody is told: connections stay open, as where a network loses all packets. */
  stall(): void;
  /** At the same port as before, once it was cut. */
  mend(): Promise<void>;
}

/** A way to the server of a URL with a port, mended at first. */
export async function startCuttableProxy(targetUrl: string): Promise<CuttableProxy> {
  const target = new URL(targetUrl);
  const open = new Set<Socket>();
  let isStalled = false;
  let lastHeardMs = Date.now();
  const server = createServer((client) => {
    const upstream = connect(Number(target.port), target.hostname);
    for (const socket of [client, upstream]) {
      open.add(socket);
      // A broken connection is what this is for; the other side hears of it by its close.
      socket.on('error', () => undefined);
      socket.once('close', () => {
        open.delete(socket);
        client.destroy();
        upstream.destroy();
      });
    }
    if (isStalled) return;
    upstream.on('data', () => {
      lastHeardMs = Date.now();
    });
    client.pipe(upstream).pipe(client);
  });
  const listen = async (port: number): Promise<void> => {
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
  };
  await listen(0);
  const { port } = server.address() as AddressInfo;
  const url = new URL(targetUrl);
  url.hostname = '127.0.0.1';
  url.port = String(port);
  return {
    url: url.href,
    lastHeardMs: () => lastHeardMs,
    async cut() {
      const closed = new Promise((resolve) => server.close(resolve));
      for (const socket of open) socket.destroy();
      await closed;
    },
    stall() {
      isStalled = true;
      for (const socket of open) socket.unpipe().pause();
    },
    mend() {
      isStalled = false;
      return listen(port);
    },
  };
}
