import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { messageOf } from '../../domain/errors.ts';
import type { JsonObject, JsonValue } from '../../domain/json.ts';

export type SandboxRequest =
  /** A team's own code, or what may run as long. */
  | { kind: 'script'; script: string; output: string; context: { vars: JsonValue } }
  /** Gives why the answer is not JSON of that schema, and null where it is: a schema's expressions may not end either. */
  | { kind: 'schema'; schema: JsonObject; output: string };

export type SandboxAnswer =
  /** `json` is absent where the value is none of JSON's, as `undefined` is. */
  | { kind: 'value'; json: string | undefined }
  | { kind: 'threw'; message: string }
  /** The code was stopped, or ended its thread: nothing is known. */
  | { kind: 'stopped'; why: string };

/** Runs what may not end, one thing at a time. */
export interface JavascriptSandbox {
  run(request: SandboxRequest): Promise<SandboxAnswer>;
  close(): Promise<void>;
}

/**
 * A worker thread for `javascript` assertions: bounded in time and memory, without modules, `process`, timers or the
 * network. It keeps accidents away from the process, not attackers: the code is the team's own, as its tests are.
 */
export function createJavascriptSandbox({ timeoutMs }: { timeoutMs: number }): JavascriptSandbox {
  let worker: Worker | undefined;
  let last: Promise<unknown> = Promise.resolve();

  const runNow = async (request: SandboxRequest): Promise<SandboxAnswer> => {
    worker ??= await startWorker();
    const answer = await ask(worker, request, timeoutMs);
    if (answer.kind === 'stopped') {
      await worker.terminate();
      worker = undefined;
    }
    return answer;
  };

  return {
    run: (request) => {
      const answer = last.then(() => runNow(request));
      last = answer.catch(() => undefined);
      return answer;
    },
    close: async () => {
      await last;
      await worker?.terminate();
      worker = undefined;
    },
  };
}

/** The time that a thread needs to start is nobody's script's. */
async function startWorker(): Promise<Worker> {
  const worker = new Worker(join(import.meta.dirname, 'javascript-worker.ts'), {
    env: {},
    resourceLimits: { maxOldGenerationSizeMb: 128 },
  });
  await once(worker, 'message');
  worker.unref();
  return worker;
}

async function ask(worker: Worker, request: SandboxRequest, timeoutMs: number): Promise<SandboxAnswer> {
  const ended = new AbortController();
  const { signal } = ended;
  try {
    worker.postMessage(request);
    return await Promise.race([
      once(worker, 'message', { signal }).then((messages) => messages[0] as SandboxAnswer),
      delay(timeoutMs, { kind: 'stopped', why: `it did not end within ${timeoutMs} ms` } as const, {
        signal,
      }),
    ]);
  } catch (error) {
    // Out of memory, or a rejection that nobody waited for: the thread has ended.
    return { kind: 'stopped', why: messageOf(error) };
  } finally {
    ended.abort();
  }
}
