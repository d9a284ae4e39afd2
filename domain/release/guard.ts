/** What the looks of a guard are stored under: no step of the plan, and none that a release could be in. */
export const guardStage = 'guard';

/** The Temporal workflow that watches a release's guard: the app's own id is free by then. */
export function guardWorkflowId(releaseId: string): string {
  return `guard/${releaseId}`;
}

/** How a guard has ended. */
export const guardOutcomes = [
  'passed', // held for its time, and nothing was found
  'inconclusive', // its time was over, and too little was seen
  'rolled_back', // its revision was taken out, by it or by a person
  'closed', // the split was written for something else: the app's next release, as a rule
] as const;

export type GuardOutcome = (typeof guardOutcomes)[number];
