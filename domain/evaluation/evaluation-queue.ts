/**
 * The task queue of evaluations and mirror replays, beside that of the releases whose they are. What runs teams' suites and
 * asks models has a process of its own, so that nothing of theirs delays a look.
 */
export function evaluationQueue(releases: string): string {
  return `${releases}-evaluation`;
}
