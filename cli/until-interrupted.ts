const signals = ['SIGINT', 'SIGTERM'] as const;

/**
 * Gives some work a signal that is aborted at Ctrl-C or SIGTERM, so that it can clean up. A second Ctrl-C ends the
 * process at once.
 */
export async function untilInterrupted<T>(
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T | 'interrupted'> {
  const interrupted = new AbortController();
  const interrupt = (): void => {
    stopListening();
    interrupted.abort();
  };
  const stopListening = (): void => {
    for (const signal of signals) process.off(signal, interrupt);
  };
  for (const signal of signals) process.on(signal, interrupt);
  try {
    return await work(interrupted.signal);
  } catch (error) {
    // A call that was cut off ends in an error of its client's.
    if (interrupted.signal.aborted) return 'interrupted';
    throw error;
  } finally {
    stopListening();
  }
}
