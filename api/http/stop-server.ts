import type { Server } from 'node:http';

/**
 * Stops a server: no new connections from now on, requests that are under way are answered, and what is still open
 * after `graceMs` is cut off. Streams must be ended by whoever writes them.
 */
export async function stopServer(server: Server, { graceMs }: { readonly graceMs: number }): Promise<void> {
  const closed = new Promise<void>((resolve) =>
    server.close(() => {
      resolve();
    }),
  );
  // A connection that a client keeps alive becomes idle only after its last answer.
  const idle = setInterval(() => {
    server.closeIdleConnections();
  }, 50);
  const cut = setTimeout(() => {
    server.closeAllConnections();
  }, graceMs);
  await closed;
  clearInterval(idle);
  clearTimeout(cut);
}
