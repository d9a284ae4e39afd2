import type { IncomingMessage } from 'node:http';
import type { Clock } from './clock.ts';

/** For how long, and how much of it, the rest of a refused body is taken and thrown away. */
const most = { ms: 2_000, bytes: 16 * 1024 * 1024 };

/**
 * Waits for the end of a body that is refused already. A connection that is closed while its caller still sends is reset,
 * and the answer with it: the caller would hear of a broken connection, and try again.
 */
export function linger(request: IncomingMessage, clock: Clock): Promise<void> {
  return new Promise((resolve) => {
    let bytes = 0;
    const cancel = clock.schedule(most.ms, stop);
    function stop(): void {
      cancel();
      request.off('data', drop).off('end', stop).off('close', stop);
      request.pause();
      resolve();
    }
    function drop(chunk: Buffer): void {
      bytes += chunk.length;
      if (bytes > most.bytes) stop();
    }
    request.on('data', drop).on('end', stop).on('close', stop);
  });
}
