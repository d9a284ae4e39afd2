declare global {
  // Node's types name what is in it, and leave it itself out.
  const WebAssembly: {
    readonly Module: new (bytes: Uint8Array) => WebAssembly.Module;
    readonly Memory: new (pages: { readonly initial: number; readonly maximum: number }) => object;
  };
}

export type Compiled = WebAssembly.Module;

export function compile(bytes: Uint8Array): Compiled {
  return new WebAssembly.Module(bytes);
}

/** A memory of pages of 64 KiB. */
export function createMemory(pages: { readonly initial: number; readonly maximum: number }): object {
  return new WebAssembly.Memory(pages);
}
