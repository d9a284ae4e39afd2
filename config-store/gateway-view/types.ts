export type { ArmCounterRow, Charge, CountedArm, Refusal, Sampling, Seen, StoredSplit } from '../types.ts';
