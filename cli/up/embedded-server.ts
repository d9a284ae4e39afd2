import { howItEnded, type StackPart } from './part.ts';
import type { SupervisedProcess } from './servers/child-process.ts';

interface RunningServer {
  readonly process: SupervisedProcess;
  stop(): Promise<void>;
}

export interface ServerKind<Server> {
  readonly name: string;
  /** Makes a run of it; always at the same ports and on the same data. */
  readonly start: () => Promise<Server>;
  /** As `Part.answers`, of a run. */
  readonly answers: (server: Server, withinMs: number) => Promise<boolean>;
}

/** A part of the stack that is a server not of ours, with what its present run says of itself. */
export interface EmbeddedServer<Server> extends StackPart {
  running(): Server;
}

/** Starts PostgreSQL or Temporal as a part of the stack. */
export async function startEmbeddedServer<Server extends RunningServer>({
  name,
  start,
  answers,
}: ServerKind<Server>): Promise<EmbeddedServer<Server>> {
  let server = await start();
  return {
    name,
    logFile: server.process.logFile,
    running: () => server,
    pid: () => server.process.pid,
    async start() {
      server = await start();
    },
    stop: () => server.stop(),
    async kill() {
      await server.process.kill();
    },
    answers: (withinMs) => answers(server, withinMs),
    ended: async () => howItEnded(await server.process.exited),
  };
}
