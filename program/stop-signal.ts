/** Aborted when the program is told to stop. */
export function stopSignal(): AbortSignal {
  const stopping = new AbortController();
  const stop = (): void => {
    stopping.abort();
  };
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
  return stopping.signal;
}
