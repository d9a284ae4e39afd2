import type { DemoStep } from '../../journey.ts';
import { badRelease } from './bad-release.ts';
import { blockedRelease } from './blocked-release.ts';
import { controlPlaneDies } from './control-plane-dies.ts';
import { directRollback } from './direct-rollback.ts';
import { fluentRelease } from './fluent-release.ts';
import { firstStable } from './first-stable.ts';
import { goodRelease } from './good-release.ts';
import { providerOutage } from './provider-outage.ts';
import { temporalSignals } from './temporal-signals.ts';

/** The journey, in its order: each step goes on from where the one before has left the world. */
export const steps: readonly DemoStep[] = [
  firstStable,
  goodRelease,
  blockedRelease,
  badRelease,
  fluentRelease,
  providerOutage,
  controlPlaneDies,
  directRollback,
  temporalSignals,
];
