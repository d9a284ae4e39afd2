import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import { keepDoing } from './keep-doing.ts';
import type { Clock } from './clock.ts';

/** How long answers that are on may take to end: longer than a revision's total timer by default. In milliseconds. */
export const drainLimitMs = 660_000;

/** A connection that owes its caller no answer for longer holds nothing up. A request may be on its way until then. */
const silentMs = 2_000;

interface Connection {
  /** Requests that are not answered yet. */
  open: number;
  /** Since when there are none. */
  sinceMs: number;
}

/**
 * What ends a server, which must not have begun to listen. Stops accepting and waits for the answers that are on, at most
 * eleven minutes; idle connections are closed at once, and those without an answer to wait for after two seconds: once
 * a server closes, Node waits forever for a request that was never sent, or of which the rest never comes.
 */
export function createDrain(server: Server, clock: Clock): () => Promise<void> {
  const connections = connectionsOf(server, clock);
  return async () => {
    const startedMs = clock.nowMs();
    const closed = new Promise<void>((resolve) => {
      server.close(() => {
        resolve();
      });
    });
    const closeSilent = (): void => {
      const latestMs = clock.nowMs() - silentMs;
      for (const [socket, { open, sinceMs }] of connections)
        if (open === 0 && Math.max(sinceMs, startedMs) <= latestMs) socket.destroy();
    };
    const sweep = keepDoing(
      () => {
        server.closeIdleConnections();
        closeSilent();
        return Promise.resolve();
      },
      { clock, intervalMs: 50, onFailure: () => undefined },
    );
    const cancelLimit = clock.schedule(drainLimitMs, () => {
      server.closeAllConnections();
    });
    await closed;
    cancelLimit();
    sweep.stop();
  };
}

function connectionsOf(server: Server, clock: Clock): ReadonlyMap<Socket, Connection> {
  const connections = new Map<Socket, Connection>();
  server.on('connection', (socket: Socket) => {
    connections.set(socket, { open: 0, sinceMs: clock.nowMs() });
    socket.once('close', () => connections.delete(socket));
  });
  server.on('request', ({ socket }, response) => {
    const connection = connections.get(socket);
    if (connection === undefined) return;
    connection.open += 1;
    response.once('close', () => {
      connection.open -= 1;
      connection.sinceMs = clock.nowMs();
    });
  });
  return connections;
}
