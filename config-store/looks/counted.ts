import type { Arm } from '../../domain/split/split.ts';
import type { ArmCounts, Horizon } from '../../domain/guardrail/arm-counts.ts';
import type { JsonValue } from '../../domain/json.ts';

/** `lease-expired`: requests that would have been the candidate's, served by stable. */
export type CountedArm = Arm | 'lease-expired';

export interface ArmCounterRow {
  app: string;
  splitVersion: number;
  arm: CountedArm;
  counts: ArmCounts;
}

/** A subject had its one bad event of a guardrail in a release. */
export interface Charge {
  releaseId: string;
  /** Name of the guardrail's counter. */
  guardrail: string;
  horizon: Horizon;
  /** A signed 64-bit hash as a decimal string. */
  subjectHash: string;
  arm: Arm;
  splitVersion: number;
}

/** A subject, on a sample of the hashes, that was new since the split version began. */
export interface SeenSubject {
  app: string;
  splitVersion: number;
  subjectHash: string;
  arm: Arm;
}

export interface EvidenceRow {
  releaseId: string;
  stage: string;
  look: number;
  splitVersion: number;
  counts: JsonValue;
  judgement: JsonValue;
  measuredAt: string;
}
