import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

const published = '../node_modules/@jitl/quickjs-wasmfile-release-sync/dist/emscripten-module.wasm';
const file = join(import.meta.dirname, published);

let line: Promise<string> | undefined;

/** The engine's WebAssembly in base64, as a process of the sandbox reads it: it may open no file itself. */
export function engineLine(): Promise<string> {
  return (line ??= readFile(file, 'base64'));
}
