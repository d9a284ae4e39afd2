export type { Ahead, SplitRefusal } from '../gateways/gateway-row.ts';
export type { ArmCounterRow, Charge, CountedArm, SeenSubject, StepUnit } from '../looks/counted.ts';
export type { FlushedObservation } from '../observations/observation.ts';
export type { Sampling } from '../apps/app-row.ts';
export type { StoredSplit } from '../splits/split-row.ts';
