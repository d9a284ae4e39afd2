export type {
  ArmCounterRow,
  ArmCounts,
  Charge,
  CountedArm,
  GuardrailCounterName,
  Horizon,
  Refusal,
  Sampling,
  Seen,
  StoredSplit,
} from '../types.ts';
