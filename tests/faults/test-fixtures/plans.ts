import type { z } from 'zod';
import type { planSchema } from '../../../domain/release/plan.ts';

type PlanInput = z.input<typeof planSchema>;

function withHold(hold: string): PlanInput {
  return {
    evaluate: 'skip',
    mirror: 'skip',
    steps: [
      { weight: 25, hold, minExposures: 5 },
      { weight: 100, hold: '3s', minExposures: 5 },
    ],
    settle: '1s',
    lease: '6s',
    maxHold: '10m',
    maxBlind: '2m',
  };
}

/** Plans of the tests: seconds instead of half hours. `default` stays at 25 % until somebody ends it. */
export const plans = {
  default: withHold('10m'),
  quick: withHold('2s'),
  /** Long enough for a gateway to be missed, which takes five seconds. */
  patient: withHold('9s'),
  evaluated: { ...withHold('2s'), evaluate: { minPassRate: 0.5, margin: 0.12 } },
} satisfies Record<string, PlanInput>;
