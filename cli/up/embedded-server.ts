import { howItEnded, type Part } from './part.ts';
import type { SupervisedProcess } from './servers/child-process.ts';

interface RunningServer {
  readonly process: SupervisedProcess;
  stop(): Promise<void>;
}

/** A part of the stack that is a server not of ours, with what its present run says of itself. */
export interface EmbeddedServer<Server> extends Part {
  running(): Server;
}

/**
 * Starts PostgreSQL or Temporal as a part of the stack.
 *
 * @param startServer makes a run of it; always at the same ports and on the same data.
 */
export async function startEmbeddedServer<Server extends RunningServer>(
  name: string,
  startServer: () => Promise<Server>,
): Promise<EmbeddedServer<Server>> {
  let server = await startServer();
  return {
    name,
    logFile: server.process.logFile,
    running: () => server,
    pid: () => server.process.pid,
    async start() {
      server = await startServer();
    },
    stop: () => server.stop(),
    async kill() {
      await server.process.kill();
    },
    ended: async () => howItEnded(await server.process.exited),
  };
}
