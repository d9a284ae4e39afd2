import { parentPort } from 'node:worker_threads';
import { createContext, Script } from 'node:vm';
import type { SandboxAnswer, SandboxRequest } from './javascript-sandbox.ts';

// The entry of the sandbox's worker thread: runs one script after the other, each in a context of its own.
parentPort?.on('message', (request: SandboxRequest) => {
  void run(request).then((answer) => parentPort?.postMessage(answer));
});

/** Absent for what JSON has no text for, whatever its type says: `undefined`, functions. */
function jsonOf(value: unknown): string | undefined {
  return JSON.stringify(value);
}

parentPort?.postMessage('ready');

async function run({ script, output, context }: SandboxRequest): Promise<SandboxAnswer> {
  try {
    const globals = createContext({ output, context });
    const value: unknown = await new Script(script).runInContext(globals);
    return { kind: 'value', json: jsonOf(value) };
  } catch (error) {
    // An error of the other context is no `instanceof Error` of this one.
    const message: unknown = (error as { message?: unknown } | null)?.message;
    return { kind: 'threw', message: typeof message === 'string' ? message : String(error) };
  }
}
