import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';
import { SluiceError } from '../../../domain/errors.ts';

/**
 * Candidates lie below the range from which the kernel takes ports for outgoing connections and for `listen(0)`
 * (from 32768 on Linux, 49152 elsewhere), so that between our look and the server's bind only another program that
 * asks for just this number can take it.
 */
const LOWEST_PORT = 20_000;
const HIGHEST_PORT = 32_000;
const ATTEMPTS = 50;

const handedOut = new Set<number>();

/** True when this process could listen on `port` of the loopback interface now. */
export function isPortFree(port: number, host = '127.0.0.1'): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => {
      resolve(false);
    });
    server.listen({ port, host, exclusive: true }, () => {
      server.close(() => {
        resolve(true);
      });
    });
  });
}

/**
 * A loopback port that is free now and that this process has not handed out before.
 *
 * For programs that cannot be told to listen on port 0 and report what they got. A program that can, should.
 */
export async function freePort(host = '127.0.0.1'): Promise<number> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const port = randomInt(LOWEST_PORT, HIGHEST_PORT);
    if (handedOut.has(port)) continue;
    if (await isPortFree(port, host)) {
      handedOut.add(port);
      return port;
    }
  }
  throw new SluiceError(
    'conflict',
    `No free port found on ${host} in ${ATTEMPTS} attempts between ${LOWEST_PORT} and ${HIGHEST_PORT}.`,
    { remedy: 'Stop programs that listen there, or name the ports yourself.' },
  );
}
