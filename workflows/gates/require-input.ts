import { ApplicationFailure } from '@temporalio/workflow';

/** What the workflow of a gate is started with. */
export interface GateStart {
  readonly releaseId: string;
}
export const gateInput = 'the id of a release: {"releaseId": …}';

/**
 * Whoever starts a workflow by hand may have forgotten what it is about. Without this its first task would fail for ever,
 * and keep the app's workflow id taken.
 */
export function requireInput<Input extends object>(given: Input | null | undefined, what: string): Input {
  if (typeof given === 'object' && given !== null) return given;
  throw ApplicationFailure.nonRetryable(`It is started with ${what}.`, 'invalid_request');
}
