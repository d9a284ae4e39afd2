/** A step of the plan, by the name of its stage. */
export interface PlannedStep {
  readonly stage: string;
  /** As the plan has it, in milliseconds; an extension moves nothing. */
  readonly holdMs: number;
}

/** What enters at the first step's start where others follow, and where it is the only one. */
const firstShare = { ofMany: 0.4, alone: 0.8 } as const;
/** What enters in equal parts at the starts of the steps after it. */
const laterShare = 0.4;
/** What enters evenly over the plan's total hold. */
const evenShare = 0.2;

/**
 * How much of the mass 1 is due with each look of a release (DESIGN section 7, STATISTICS section 2): parts at the
 * starts of the plan's steps, where regressions begin, and a part evenly over the planned hold. Only the plan, the
 * looks' stages and the hold clock decide, never what was counted, so a test that moves it stays valid. Stages that
 * are no steps of the plan, extensions and restarts move nothing; the part of a step without a look stays back.
 */
export function massDue(
  steps: readonly PlannedStep[],
  looks: readonly { readonly stage: string; readonly elapsedMs: number }[],
): number[] {
  const totalMs = steps.reduce((sum, { holdMs }) => sum + holdMs, 0);
  const heldMs = new Map<string, number>();
  return looks.map(({ stage, elapsedMs }) => {
    const at = steps.findIndex((step) => step.stage === stage);
    const step = steps[at];
    if (step === undefined) return 0;
    const before = heldMs.get(stage);
    const after = Math.min(step.holdMs, (before ?? 0) + elapsedMs);
    heldMs.set(stage, after);
    const atStart = before === undefined ? shareAtStart(at, steps.length) : 0;
    // A plan that holds no time has no other moment for it.
    const even =
      totalMs === 0
        ? (evenShare * atStart) / (1 - evenShare)
        : (evenShare * (after - (before ?? 0))) / totalMs;
    return atStart + even;
  });
}

function shareAtStart(step: number, steps: number): number {
  if (steps === 1) return firstShare.alone;
  return step === 0 ? firstShare.ofMany : laterShare / (steps - 1);
}
