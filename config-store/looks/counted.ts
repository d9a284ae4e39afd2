import type { Arm } from '../../domain/split/split.ts';
import type { ArmCounts, Horizon } from '../../domain/guardrail/arm-counts.ts';
import type { JsonValue } from '../../domain/json.ts';

/** `lease-expired`: requests that would have been the candidate's, served by stable. */
export type CountedArm = Arm | 'lease-expired';

export interface ArmCounterRow {
  readonly app: string;
  readonly splitVersion: number;
  readonly arm: CountedArm;
  readonly counts: ArmCounts;
}

/** A subject had its one bad event of a guardrail in a release. */
export interface Charge {
  readonly releaseId: string;
  /** Name of the guardrail's counter. */
  readonly guardrail: string;
  readonly horizon: Horizon;
  /** A signed 64-bit hash as a decimal string. */
  readonly subjectHash: string;
  readonly arm: Arm;
  readonly splitVersion: number;
}

/** A subject's one unit of a counter under a split version, as the first gateway has settled it. */
export interface StepUnit extends Omit<Charge, 'horizon'> {
  readonly bad: boolean;
}

/** A subject, on a sample of the hashes, that was new since the split version began. */
export interface SeenSubject {
  readonly app: string;
  readonly splitVersion: number;
  readonly subjectHash: string;
  readonly arm: Arm;
}

export interface EvidenceRow {
  readonly releaseId: string;
  readonly stage: string;
  readonly look: number;
  readonly splitVersion: number;
  readonly counts: JsonValue;
  readonly judgement: JsonValue;
  readonly measuredAt: string;
}
