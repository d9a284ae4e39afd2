export type {
  Ahead,
  ArmCounterRow,
  Charge,
  CountedArm,
  Refusal,
  Sampling,
  Seen,
  StoredSplit,
} from '../types.ts';
