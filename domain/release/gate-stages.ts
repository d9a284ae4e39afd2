/** The stages before production, in their order: each is passed, or skipped by the plan, before the first step. */
export const gateStages = ['evaluate', 'mirror'] as const;

export type GateStage = (typeof gateStages)[number];

/** Those that evaluation workers measure: without one they stand still. */
const asksEvaluators: Readonly<Record<GateStage, boolean>> = { evaluate: true, mirror: true };

/** Does a stage stand still where no evaluation worker lives? */
export function needsEvaluators(stage: string): boolean {
  return gateStages.some((gate) => gate === stage && asksEvaluators[gate]);
}
