/** The write that takes a release's candidate out: one and the same, whoever gets to it first. */
export function withdrawal(releaseId: string): string {
  return `${releaseId}/withdraw`;
}

/** The write that puts a step on the traffic; one that starts again is written anew. */
export function stepOperation(releaseId: string, stage: string, again: number | undefined): string {
  return `${releaseId}/${stage}${again === undefined ? '' : `/again-${again}`}`;
}

/** The write that makes the candidate stable. */
export function promotionOperation(releaseId: string): string {
  return `${releaseId}/finish`;
}

/** The write that takes a release back that cannot go on, on the split version that was found. */
export function lostOperation(releaseId: string, version: number): string {
  return `${releaseId}/lost/${version}`;
}

/** Who writes for a release, as the split's history and the audit log name it. */
export const releaseActor = 'system:release';
