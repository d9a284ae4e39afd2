/** What became of a release that waited for its turn. */
export const queueOutcomes = ['started', 'cancelled', 'refused'] as const;
export type QueueOutcome = (typeof queueOutcomes)[number];
