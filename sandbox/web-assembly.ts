declare global {
  // Node's types name what is in it, and leave it itself out.
  const WebAssembly: {
    Module: new (bytes: Uint8Array) => WebAssembly.Module;
    Memory: new (pages: { initial: number; maximum: number }) => object;
  };
}

export type Compiled = WebAssembly.Module;

export function compile(bytes: Uint8Array): Compiled {
  return new WebAssembly.Module(bytes);
}

/** A memory of pages of 64 KiB. */
export function createMemory(pages: { initial: number; maximum: number }): object {
  return new WebAssembly.Memory(pages);
}
