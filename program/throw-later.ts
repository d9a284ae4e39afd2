/**
 * Throws what somebody's part of a common work has thrown after that work is done: an uncaught exception, which programs
 * log and count (`survive-faults.ts`), and which keeps nothing else from being done.
 */
export function throwLater(error: unknown): void {
  queueMicrotask(() => {
    throw error;
  });
}
