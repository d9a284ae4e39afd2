import { SluiceError } from '../../domain/errors.ts';
import { failure, type ProviderFailure } from '../../protocols/failures/failure.ts';

/** A failure on its way up: why a call was given up, or what its connection ended with. */
export class FailureError extends Error {
  readonly failure: ProviderFailure;

  constructor(reason: ProviderFailure, cause?: unknown) {
    super(reason.message, cause === undefined ? undefined : { cause });
    this.name = 'FailureError';
    this.failure = reason;
  }
}

/** The failure behind what a call threw; undefined for what is no provider's doing. */
export function failureOfMalformed(error: unknown): ProviderFailure | undefined {
  if (error instanceof FailureError) return error.failure;
  // What the readers of `protocols/` throw: the answer is not what its protocol says.
  if (error instanceof SluiceError || error instanceof RangeError) {
    return failure('broken', `The provider's answer is malformed: ${error.message}`);
  }
  return undefined;
}
