import published from '@jitl/quickjs-wasmfile-release-sync';
import {
  newQuickJSWASMModuleFromVariant,
  newVariant,
  type QuickJSContext,
  type QuickJSHandle,
  type QuickJSRuntime,
} from 'quickjs-emscripten-core';
import type { JsonObject } from '../domain/json.ts';
import { prelude } from './prelude.ts';
import { createMemory, type Compiled } from './web-assembly.ts';
import type { SandboxAnswer } from './question.ts';

/**
 * QuickJS in WebAssembly. What it can reach is what is handed to it: it has no module, file, network, clock of its own or
 * thread, and its memory is one WebAssembly memory with an end, array buffers included. Each piece of code gets an
 * instance of its own, so that nothing of another's is left in it, not even by a fault of the engine.
 */
const pages = { initial: 256, maximum: 1024 } as const;

/** Far more than a deadline: ends what nobody stops any more, because who asked was killed. */
const orphanMs = 60_000;
const stackBytes = 256 * 1024;

/** Its types say that Node gives the module; it gives the module's default. */
const variant = 'default' in published ? published.default : published;

interface Engine {
  readonly runtime: QuickJSRuntime;
  readonly context: QuickJSContext;
  /** What the prelude has kept of the engine's own, before code of others ran. */
  readonly own: QuickJSHandle;
}

export interface Interpreter {
  /** Resolves when it can run something at once. */
  readonly ready: Promise<unknown>;
  /** Runs the body of a function of `output` and `context`. */
  run(body: string, output: string, vars: JsonObject): Promise<SandboxAnswer>;
  /** Compiles it, and runs nothing. */
  compile(body: string): Promise<SandboxAnswer>;
}

/** @param wasm the engine, compiled */
export function createInterpreter(wasm: Compiled): Interpreter {
  // Made while nobody waits: it takes milliseconds.
  let next = makeEngine(wasm);
  // Nothing runs in it, so nothing is left in it.
  let compiler: Promise<Engine> | undefined;
  const take = (): Promise<Engine> => {
    const taken = next;
    next = taken.then(() => makeEngine(wasm));
    return taken;
  };
  return {
    ready: next,
    async run(body, output, vars) {
      const engine = await take();
      return attempt(() => {
        const { context } = engine;
        const given = [body, output, JSON.stringify(vars)].map((text) => context.newString(text));
        return settle(engine, call(engine, 'run', given));
      });
    },
    async compile(body) {
      const engine = await (compiler ??= makeEngine(wasm));
      return attempt(() => {
        const given = engine.context.newString(body);
        call(engine, 'compile', [given]).dispose();
        given.dispose();
        return { kind: 'value' };
      });
    },
  };
}

async function makeEngine(wasmModule: Compiled): Promise<Engine> {
  const wasmMemory = createMemory(pages);
  const quickjs = await newQuickJSWASMModuleFromVariant(newVariant(variant, { wasmModule, wasmMemory }));
  const runtime = quickjs.newRuntime();
  runtime.setMaxStackSize(stackBytes);
  const context = runtime.newContext();
  const own = context.unwrapResult(context.evalCode(prelude, 'prelude.js'));
  const endMs = performance.now() + orphanMs;
  runtime.setInterruptHandler(() => performance.now() > endMs);
  return { runtime, context, own };
}

/** What the team's code has thrown. */
class Thrown extends Error {}

/** An engine is used once and never freed: its memory goes with it. */
function attempt(work: () => SandboxAnswer): SandboxAnswer {
  try {
    return work();
  } catch (error) {
    if (error instanceof Thrown) return { kind: 'threw', message: error.message };
    // The engine has come to its own end: its stack, or a memory that cannot grow.
    const why = error instanceof RangeError ? 'it calls itself too often' : 'it broke its engine';
    return { kind: 'stopped', why };
  }
}

function call({ context, own }: Engine, name: string, given: QuickJSHandle[]): QuickJSHandle {
  const result = context.callFunction(context.getProp(own, name), context.undefined, ...given);
  if (result.error !== undefined) throw new Thrown(messageOf({ context, own }, result.error));
  return result.value;
}

/** A message as the engine's own code writes it, since the one of an error may be code again. */
function messageOf({ context, own }: Pick<Engine, 'context' | 'own'>, error: QuickJSHandle): string {
  const said = context.callFunction(context.getProp(own, 'messageOf'), context.undefined, error);
  return said.error === undefined ? context.getString(said.value) : 'what it throws cannot be read';
}

/** Waits for what a promise comes to. Nothing but the code itself can bring it there: there are no timers. */
function settle(engine: Engine, promise: QuickJSHandle): SandboxAnswer {
  const { runtime, context } = engine;
  const jobs = runtime.executePendingJobs();
  if (jobs.error !== undefined) throw new Thrown(messageOf(engine, jobs.error));
  const state = context.getPromiseState(promise);
  switch (state.type) {
    case 'pending':
      return { kind: 'stopped', why: 'it waits for what never comes: there are no timers and no network' };
    case 'rejected':
      throw new Thrown(messageOf(engine, state.error));
    case 'fulfilled': {
      const json = call(engine, 'jsonOf', [state.value]);
      if (context.typeof(json) !== 'string') return { kind: 'value' };
      return { kind: 'value', json: context.getString(json) };
    }
  }
}
