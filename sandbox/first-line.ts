import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Purpose } from './question.ts';

/** The first line that a process of the sandbox reads: what it is to be ready for. */
export type FirstLine =
  | { readonly purpose: Extract<Purpose, 'prompts'> }
  /** With the engine's WebAssembly in base64: it may open no such file itself. */
  | { readonly purpose: Extract<Purpose, 'assertions'>; readonly engine: string };

const published = '../node_modules/@jitl/quickjs-wasmfile-release-sync/dist/emscripten-module.wasm';
const file = join(import.meta.dirname, published);

let engine: Promise<string> | undefined;

export async function firstLine(purpose: Purpose): Promise<string> {
  const line: FirstLine =
    purpose === 'prompts' ? { purpose } : { purpose, engine: await (engine ??= readFile(file, 'base64')) };
  return JSON.stringify(line);
}
