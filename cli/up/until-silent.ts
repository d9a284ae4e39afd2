import type { StackPart } from './part.ts';

/** How often a part is asked, and how long it may take to answer, in milliseconds. */
const askEveryMs = 5_000;
/** So often in a row, that is for half a minute, a part has not answered when it counts as hanging. */
const unansweredAtMost = 6;

export const silentForMs = askEveryMs * unansweredAtMost;

/**
 * Resolves when a part that runs has not answered for half a minute, and also when the signal is aborted. It is counted
 * in questions, not by a clock: a machine that slept, or a `sluice up` that was stopped itself, must not take its parts for
 * dead when it wakes.
 */
export async function untilSilent(
  part: Pick<StackPart, 'answers'>,
  wait: (ms: number, signal: AbortSignal) => Promise<void>,
  signal: AbortSignal,
): Promise<void> {
  for (let unanswered = 0; unanswered < unansweredAtMost && !signal.aborted;) {
    const [answered] = await Promise.all([part.answers(askEveryMs), wait(askEveryMs, signal)]);
    unanswered = answered ? 0 : unanswered + 1;
  }
}
