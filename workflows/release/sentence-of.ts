import {
  ActivityFailure,
  ApplicationFailure,
  ChildWorkflowFailure,
  TimeoutFailure,
} from '@temporalio/workflow';

/** What an activity or a child workflow failed with, without the wrapping. */
export function sentenceOf(failure: Error): string {
  if (failure instanceof ApplicationFailure) return failure.message;
  if (failure instanceof TimeoutFailure) return 'no worker answered in time.';
  const isWrapping = failure instanceof ActivityFailure || failure instanceof ChildWorkflowFailure;
  return isWrapping && failure.cause !== undefined
    ? sentenceOf(failure.cause)
    : `${failure.name}: ${failure.message}`;
}
