import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** A way to a server that can be cut, and that knows when the server was last heard by it. */
export interface HeardProxy {
  readonly url: string;
  /** By this machine's clock; when it was opened, before anything was. */
  readonly lastHeardMs: () => number;
  /** Connections break, and new ones are, too. */
  cut(): void;
  mend(): void;
  close(): Promise<void>;
}

export async function startHeardProxy(targetUrl: string): Promise<HeardProxy> {
  const target = new URL(targetUrl);
  const open = new Set<Socket>();
  let lastHeardMs = Date.now();
  let isCut = false;
  const server = createServer((client) => {
    if (isCut) {
      client.destroy();
      return;
    }
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
    upstream.on('data', () => {
      lastHeardMs = Date.now();
    });
    client.pipe(upstream).pipe(client);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = new URL(targetUrl);
  url.port = String((server.address() as AddressInfo).port);
  const breakAll = () => {
    for (const socket of open) socket.destroy();
  };
  return {
    ...{ url: url.href, lastHeardMs: () => lastHeardMs },
    cut() {
      isCut = true;
      breakAll();
    },
    mend() {
      isCut = false;
    },
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      breakAll();
      await closed;
    },
  };
}
