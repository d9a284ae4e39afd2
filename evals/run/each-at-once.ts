/**
 * Works on items, some at a time, in order. The first that fails stops the others (their signal aborts) and is thrown,
 * once those in flight have ended.
 */
export async function eachAtOnce<T>(
  items: readonly T[],
  options: { readonly atOnce: number; readonly signal?: AbortSignal | undefined },
  work: (item: T, signal: AbortSignal) => Promise<void>,
): Promise<void> {
  const queue = items.values();
  const stopped = new AbortController();
  const signal =
    options.signal === undefined ? stopped.signal : AbortSignal.any([options.signal, stopped.signal]);
  const lane = async (): Promise<void> => {
    for (const item of queue) {
      if (signal.aborted) return;
      try {
        await work(item, signal);
      } catch (error) {
        stopped.abort(error);
      }
    }
  };
  await Promise.all(Array.from({ length: options.atOnce }, lane));
  signal.throwIfAborted();
}
