import type { Arm } from '../../domain/split/split.ts';

/** A number of one answer: of one for each subject and split version, chosen before anybody knew it. */
export interface Observation {
  readonly splitVersion: number;
  readonly arm: Arm;
  /** A signed 64-bit hash as a decimal string; of an answer without a subject, one that no other has. */
  readonly subjectHash: string;
  /** Absent where there is an answer, and nobody knows the number: too many of them are a broken measurement. */
  readonly value?: number | undefined;
}

/** What a gateway has observed for a guardrail. */
export interface FlushedObservation extends Observation {
  readonly releaseId: string;
  readonly guardrail: string;
  /** How long ago the request was admitted, in milliseconds. */
  readonly ageMs: number;
}
