/** The write that takes a release's candidate out: one and the same, whoever gets to it first. */
export function withdrawal(releaseId: string): string {
  return `${releaseId}/withdraw`;
}
