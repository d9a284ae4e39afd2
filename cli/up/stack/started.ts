import type { StackOptions } from './stack-options.ts';

/** What runs of a stack, so that it is stopped again: what was started last first. */
export interface Started {
  /** Does a step of the start, and tells how long it took. */
  step<T>(name: string, work: () => Promise<T>): Promise<T>;
  /** Starts a part as a step, and keeps it to be stopped. */
  part<T extends { stop(): Promise<void> }>(name: string, start: () => Promise<T>): Promise<T>;
  stop(): Promise<void>;
}

/** Of a stack that is about to start: nothing. */
export function nothingStarted({ onProgress }: Pick<StackOptions, 'onProgress'>): Started {
  const parts: { stop(): Promise<void> }[] = [];

  async function step<T>(name: string, work: () => Promise<T>): Promise<T> {
    const startedMs = performance.now();
    const result = await work();
    onProgress(name, performance.now() - startedMs);
    return result;
  }

  return {
    step,
    async part(name, start) {
      const part = await step(name, start);
      parts.unshift(part);
      return part;
    },
    async stop() {
      for (const part of parts) await part.stop();
    },
  };
}
