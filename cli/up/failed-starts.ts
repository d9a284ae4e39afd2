import { describeError, SluiceError } from '../../domain/errors.ts';
import type { StackPart } from './part.ts';

/** With the waits between them about a minute. */
const hopelessAfterFailures = 8;

/** How often each part that is down could not be started. */
export interface FailedStarts {
  /** Resolves when none of those that serve runs and each has failed too often; else never. */
  readonly hopeless: Promise<SluiceError>;
  /** It has just fallen: it may well start again. */
  fell(part: StackPart): void;
  failed(part: StackPart, error: unknown): void;
  /** It runs, or is to be tried no more. */
  settled(part: StackPart): void;
}

/** @param serving those of the parts that answer callers */
export function countFailedStarts(serving: readonly StackPart[]): FailedStarts {
  const down = new Map<StackPart, number>();
  const { promise: hopeless, resolve: giveUp } = Promise.withResolvers<SluiceError>();
  return {
    hopeless,
    fell(part) {
      down.set(part, 0);
    },
    failed(part, error) {
      down.set(part, (down.get(part) ?? 0) + 1);
      // One that has just fallen and starts again is none that cannot.
      if (!serving.every((one) => (down.get(one) ?? 0) >= hopelessAfterFailures)) return;
      giveUp(
        new SluiceError('internal', `${part.name} cannot be started: ${describeError(error)}`, {
          remedy: `Read ${part.logFile}.`,
        }),
      );
    },
    settled(part) {
      down.delete(part);
    },
  };
}
