import type { CommandActivities, ReleaseActivities } from './release/contract.ts';
import type { GuardActivities } from './guard/contract.ts';
import type { LookActivities } from './looks/contract.ts';
import type { MeasuringActivities } from './evaluation/contract.ts';
import type { SplitActivities } from './split/contract.ts';

export type SluiceActivities = ReleaseActivities &
  CommandActivities &
  SplitActivities &
  GuardActivities &
  LookActivities &
  MeasuringActivities;
