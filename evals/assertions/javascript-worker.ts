import { parentPort } from 'node:worker_threads';
import { createContext, Script } from 'node:vm';
import type { JsonValue } from '../../domain/json.ts';
import type { SandboxAnswer, SandboxRequest } from './javascript-sandbox.ts';
import { whyNotOfSchema } from './json.ts';

// The entry of the sandbox's worker thread: runs one script after the other, each in a context of its own.
parentPort?.on('message', (request: SandboxRequest) => {
  void run(request).then((answer) => parentPort?.postMessage(answer));
});

/** Absent for what JSON has no text for, whatever its type says: `undefined`, functions. */
function jsonOf(value: unknown): string | undefined {
  return JSON.stringify(value);
}

parentPort?.postMessage('ready');

/** Of promptfoo's context, and not here: code that reads it must not take "not there" for an answer. */
const elsewhere = [
  'prompt',
  'test',
  'logProbs',
  'provider',
  'providerResponse',
  'config',
  'metadata',
  'trace',
];

function contextOf(vars: JsonValue): object {
  const context = { vars };
  for (const name of elsewhere) {
    Object.defineProperty(context, name, {
      get: () => {
        throw new Error(`context.${name} is not there, context.vars is`);
      },
    });
  }
  return context;
}

async function run(request: SandboxRequest): Promise<SandboxAnswer> {
  try {
    return { kind: 'value', json: jsonOf(await valueOf(request)) };
  } catch (error) {
    // An error of the other context is no `instanceof Error` of this one.
    const message: unknown = (error as { message?: unknown } | null)?.message;
    return { kind: 'threw', message: typeof message === 'string' ? message : String(error) };
  }
}

function valueOf(request: SandboxRequest): unknown {
  const { output } = request;
  if (request.kind === 'schema') return whyNotOfSchema(output, request.schema);
  const globals = createContext({ output, context: contextOf(request.context.vars) });
  return new Script(request.script).runInContext(globals);
}
