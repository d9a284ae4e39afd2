/** The stages before production, in their order: each is passed, or skipped by the plan, before the first step. */
export const gateStages = ['evaluate', 'mirror'] as const;

export type GateStage = (typeof gateStages)[number];

export function isGateStage(stage: string): stage is GateStage {
  return gateStages.some((each) => each === stage);
}
