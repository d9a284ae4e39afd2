import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { hasPython } from '../../support/has-python.ts';
import type {
  ClientOptions,
  ClientState,
  Decision,
  Feedback,
  Outcome,
  Reported,
} from '../../../clients/typescript/src/index.ts';
import type { chooseArm, Split } from '../../../clients/typescript/src/split.ts';

/** What a test needs to start a client of whichever language. */
export type StartOptions = Required<
  Pick<ClientOptions, 'app' | 'key' | 'name' | 'stateDirectory' | 'gateways' | 'startTimeoutMs'>
>;

/** A client in a process of its own, of whichever language. */
export interface DrivenClient {
  start(options: StartOptions): Promise<void>;
  decide(subject?: string): Promise<Decision>;
  report(decision: Reported, outcome: Outcome): Promise<void>;
  feedback(decision: Reported, feedback: Feedback): Promise<void>;
  state(): Promise<ClientState & { readonly errors: readonly string[] }>;
  bucket(salt: string, subject: string): Promise<number>;
  choose(split: Split, subject: string, fresh: boolean): Promise<ReturnType<typeof chooseArm>>;
  /** Python's alone: the reasons of a forked process's first decision, and of the first one that was judged again. */
  decideInChild(subject: string): Promise<readonly [string, string]>;
  /** Says goodbye, and ends the process. */
  close(): Promise<void>;
  /** By SIGKILL, in the middle of whatever. */
  kill(): Promise<void>;
}

interface Language {
  readonly language: string;
  readonly command: readonly [string, ...string[]];
}

const driver = (file: string): string => join(import.meta.dirname, 'drivers', file);
const typescript: Language = { language: 'TypeScript', command: [process.execPath, driver('driver.ts')] };
const python: Language = { language: 'Python', command: ['python3', driver('driver.py')] };

/** The clients that there are; loudly without Python's where this machine has no Python, but never so in CI. */
export function clientLanguages(): readonly Language[] {
  return hasPython('the client for Python') ? [typescript, python] : [typescript];
}

interface Answer {
  readonly answer?: unknown;
  readonly error?: string;
}

/** Clients that end with their test. */
export function useDrivenClients(): (language: Language) => DrivenClient {
  const clients: DrivenClient[] = [];
  afterEach(async () => {
    await Promise.all(clients.splice(0).map((client) => client.kill()));
  });
  return (language) => {
    const client = driveClient(language);
    clients.push(client);
    return client;
  };
}

/** Starts the process; `start` then starts the client in it. */
function driveClient({ command: [file, ...given] }: Language): DrivenClient {
  const child = spawn(file, given, { stdio: ['pipe', 'pipe', 'inherit'] });
  const ended = once(child, 'exit');
  // What it does not read any more is told by the answer that does not come.
  child.stdin.on('error', () => undefined);
  const waiting: { resolve: (answer: unknown) => void; reject: (error: Error) => void }[] = [];
  createInterface({ input: child.stdout }).on('line', (line) => {
    const { answer, error } = JSON.parse(line) as Answer;
    const next = waiting.shift();
    if (error === undefined) next?.resolve(answer);
    else next?.reject(new Error(error));
  });
  void ended.then(() => {
    for (const { reject } of waiting.splice(0)) reject(new Error('The process of the client has ended.'));
  });
  const tell = (what: string, ...args: readonly unknown[]): Promise<unknown> => {
    if (child.exitCode !== null || child.signalCode !== null)
      return Promise.reject(new Error('The process of the client has ended.'));
    return new Promise((resolve, reject) => {
      waiting.push({ resolve, reject });
      child.stdin.write(`${JSON.stringify({ do: what, with: args })}\n`);
    });
  };
  const ask = <K extends keyof DrivenClient>(what: K) =>
    ((...args: readonly unknown[]) => tell(what, ...args)) as DrivenClient[K];
  return {
    ...{ start: ask('start'), decide: ask('decide'), report: ask('report'), feedback: ask('feedback') },
    ...{ state: ask('state'), bucket: ask('bucket'), choose: ask('choose') },
    decideInChild: ask('decideInChild'),
    async close() {
      await tell('close');
      child.stdin.end();
      await ended;
    },
    async kill() {
      child.kill('SIGKILL');
      await ended;
    },
  };
}
