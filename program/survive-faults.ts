/** Something that nobody caught: a rejected promise, or an exception thrown into the event loop. */
export interface UncaughtFault {
  readonly kind: 'rejection' | 'exception';
  readonly error: unknown;
}

/** `process`, as far as it is needed here. */
export interface FaultSource {
  on(event: 'unhandledRejection' | 'uncaughtException', listener: (error: unknown) => void): unknown;
  off(event: 'unhandledRejection' | 'uncaughtException', listener: (error: unknown) => void): unknown;
}

const events = { rejection: 'unhandledRejection', exception: 'uncaughtException' } as const;

/**
 * From now on these faults are told to `onFault` and end nothing (docs/decisions/0028): a program that serves many at
 * once must not be ended by what one of them sent. To be called once it serves; what fails before that should end it.
 * The function that it returns restores what Node does by itself.
 */
export function surviveFaults(
  source: FaultSource,
  kinds: readonly UncaughtFault['kind'][],
  onFault: (fault: UncaughtFault) => void,
): () => void {
  const restore = kinds.map((kind) => {
    const listener = (error: unknown): void => {
      try {
        onFault({ kind, error });
      } catch {
        // Telling of it failed: to throw from here would end the program after all.
      }
    };
    source.on(events[kind], listener);
    return () => source.off(events[kind], listener);
  });
  return () => {
    for (const each of restore) each();
  };
}
