import type { z } from 'zod';
import type { planSchema } from '../../../domain/release/plan.ts';

type PlanInput = z.input<typeof planSchema>;

const quick: PlanInput = {
  steps: [
    { weight: 25, hold: '8s', minExposures: 20 },
    { weight: 100, hold: '8s', minExposures: 20 },
  ],
  guardrails: { errors: { ratio: 1.25 }, latency: { slowerThan: '2s' } },
  settle: '1s',
  lease: '6s',
  maxHold: '60s',
  maxBlind: '30s',
};

const evaluate = { suites: ['intents'], minPassRate: 0.5, margin: 0.12 };

/** Plans of the recording: seconds instead of half hours. */
export const plans = {
  whole: { ...quick, evaluate, mirror: { samples: 20, minPairs: 15, margin: 0.3, maxWait: '60s' } },
  hurried: { ...quick, mirror: 'skip', confidence: true, onInconclusive: 'rollback' },
  /** Stays at 25 % until somebody ends it. */
  canary: {
    ...quick,
    evaluate: 'skip',
    mirror: 'skip',
    steps: [
      { weight: 25, hold: '10m' },
      { weight: 100, hold: '8s' },
    ],
  },
} satisfies Record<string, PlanInput>;
