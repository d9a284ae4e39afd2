import { ApplicationFailure } from '@temporalio/common';
import { SluiceError, type ErrorCode } from '../../domain/errors.ts';

/** What another attempt may mend; everything else needs a person. */
const passing: ReadonlySet<ErrorCode> = new Set(['unreachable', 'rate_limited', 'internal']);

/** A provider that was waited for as long as there is patience is not waited for again, a whole patience each time. */
function mayPass({ code, details }: SluiceError): boolean {
  return passing.has(code) && details['outOfPatience'] !== true;
}

/** An error as Temporal is to see it: its type is the code, and a repetition that is useless is not made. */
function toFailure(error: unknown): unknown {
  if (!(error instanceof SluiceError)) return error;
  return ApplicationFailure.create({
    type: error.code,
    message: error.remedy === undefined ? error.message : `${error.message} ${error.remedy}`,
    nonRetryable: !mayPass(error),
    details: [error.details],
    cause: error,
  });
}

/** "Ask again": how an activity polls by its own retries. Not counted as a failure by anybody. */
export function notYet(what: string): ApplicationFailure {
  return ApplicationFailure.create({ type: 'not_yet', message: `Waits for ${what}.`, category: 'BENIGN' });
}

type Activity = (...args: never[]) => Promise<unknown>;

/** The same activities, with what they throw translated for Temporal. */
export function withFailures<T extends { [K in keyof T]: Activity }>(activities: T): T {
  const translated = Object.entries<Activity>(activities).map(([name, activity]) => [
    name,
    async (...args: never[]): Promise<unknown> => {
      try {
        return await activity(...args);
      } catch (error) {
        throw toFailure(error);
      }
    },
  ]);
  return Object.fromEntries(translated) as T;
}
