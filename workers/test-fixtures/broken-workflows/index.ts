import { executeChild } from '@temporalio/workflow';

// Workflow code that no worker can carry on: the release waits for a child whose every task throws.

export async function release({ releaseId = 'none' }: { releaseId?: string }): Promise<void> {
  await executeChild('evaluation', {
    ...{ args: [{ releaseId }], workflowId: `evaluate/${releaseId}` },
    // As the real one: that its parent is gone does not end it.
    parentClosePolicy: 'REQUEST_CANCEL',
  });
}

export function evaluation(): never {
  throw new TypeError('this code is broken');
}
