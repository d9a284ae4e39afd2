export interface ByteQueue {
  push(bytes: Uint8Array): void;
  end(): void;
  fail(error: Error): void;
  /** To be read once. Throws what `fail` was told, after the bytes before it. */
  readonly bytes: AsyncIterable<Uint8Array>;
}

export interface Flow {
  pause(): void;
  resume(): void;
}

/** 256 KiB unread: the provider is asked to wait. */
const highWaterBytes = 256 * 1024;

/** Bytes on their way from one who pushes to one who reads at a pace of its own. */
export function createByteQueue(flow: Flow): ByteQueue {
  let chunks: Uint8Array[] = [];
  /** Of the first chunk that is unread. */
  let first = 0;
  const state = { size: 0, paused: false, ended: false };
  let error: Error | undefined;
  let wake: (() => void) | undefined;

  function changed(): void {
    wake?.();
    wake = undefined;
  }

  function take(): Uint8Array | undefined {
    const chunk = chunks[first];
    if (chunk !== undefined) first += 1;
    // Moving the others up with each one that is taken costs much where they are many and tiny.
    if (first > 1_000 && first * 2 > chunks.length) {
      chunks = chunks.slice(first);
      first = 0;
    }
    state.size -= chunk?.length ?? 0;
    if (state.paused && state.size < highWaterBytes / 2) {
      state.paused = false;
      flow.resume();
    }
    return chunk;
  }

  async function* read(): AsyncGenerator<Uint8Array> {
    for (;;) {
      const chunk = take();
      if (chunk !== undefined) yield chunk;
      else if (error !== undefined) throw error;
      else if (state.ended) return;
      else {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    }
  }

  return {
    push(bytes) {
      chunks.push(bytes);
      state.size += bytes.length;
      if (!state.paused && state.size > highWaterBytes) {
        state.paused = true;
        flow.pause();
      }
      changed();
    },
    end() {
      state.ended = true;
      changed();
    },
    fail(reason) {
      error ??= reason;
      changed();
    },
    bytes: read(),
  };
}
