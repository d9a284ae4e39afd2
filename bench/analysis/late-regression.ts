// STATISTICS section 2: a plan of 5, 25 and 95 % (30, 30, 60 min; 20 requests a second) whose candidate gets worse when
// a later step begins; candidate requests from there to the alarm: one start, restarts by time (releases of before),
// and the mass at the steps' starts (mass-schedule.ts); alpha 5/6 %. Then the rule of a plan that says nothing: errors with their
// share (docs/decisions/0070), half of it for a horizon, and their floor. Usage: node bench/analysis/late-regression.ts [runs] [rule] [share]
import { createBadEventTest } from '../../analysis/guardrails/bad-event-test.ts';
import { massDue } from '../../analysis/numbers/mass-schedule.ts';
import { judgedGuardrails } from '../../domain/guardrail/registry.ts';
import { planSchema } from '../../domain/release/plan.ts';
import { repeat, runCanary } from './canary-traffic.ts';
import { createRandom, quantile } from './random.ts';

const lookMs = 2000;
const stepLooks = (30 * 60_000) / lookMs;
const random = createRandom(13);
const steps = [
  { stage: 'canary-5', holdMs: stepLooks * lookMs },
  { stage: 'canary-25', holdMs: stepLooks * lookMs },
  { stage: 'canary-100', holdMs: 2 * stepLooks * lookMs },
];
const weights = [0.05, 0.25, 0.95];
const stepOf = (look: number) => Math.min(2, Math.floor(look / stepLooks));
const due = massDue(
  steps,
  Array.from({ length: 4 * stepLooks }, (_, look) => ({
    stage: steps[stepOf(look)]?.stage ?? '',
    elapsedMs: lookMs,
  })),
);

interface Rule {
  readonly totalHoldMs?: number;
  readonly floor: number;
  readonly logThreshold: number;
}

function requestsAfterChange(
  times: number,
  changeStep: number,
  { totalHoldMs, floor, logThreshold }: Rule,
): number | undefined {
  let exposedBefore = 0;
  let observed = 0;
  const test = createBadEventTest({
    ...{ ratio: 1.25, floor },
    ...(totalHoldMs === undefined ? {} : { totalHoldMs }),
  });
  const alarm = runCanary({
    random,
    test: {
      observe(look) {
        if (look.splitVersion <= changeStep) exposedBefore += look.candidateExposed;
        test.observe({ ...look, due: due[observed++] ?? 0 });
      },
      logE: () => test.logE(),
    },
    logThreshold,
    looks: 4 * stepLooks,
    plan: (look) => ({
      weight: weights[stepOf(look)] ?? 0,
      requests: (20 * lookMs) / 1000,
      stableRate: 0.01,
      candidateRate: stepOf(look) < changeStep ? 0.01 : 0.01 * times,
      splitVersion: stepOf(look) + 1,
      elapsedMs: lookMs,
    }),
  });
  return alarm === undefined ? undefined : alarm.candidateRequests - exposedBefore;
}

const runs = Number(process.argv[2] ?? 100);
const sixth = { floor: 0, logThreshold: Math.log(120) };
const { alpha, guardrails } = planSchema.parse({
  // The share of errors beside six others of 1; that of the plan where nothing is said.
  ...(process.argv[4] === undefined ? {} : { guardrails: { errors: { share: Number(process.argv[4]) } } }),
});
const [errors] = judgedGuardrails({ guardrails });
const share = errors?.share ?? NaN;
/** Alone, where the evidence of all others is 1: share E + (1 - share) reaches 2/alpha. */
const byDefault = { floor: errors?.rule.floor ?? NaN, logThreshold: Math.log(1 + (2 / alpha - 1) / share) };

for (const [times, changeStep] of [
  [5, 0],
  [5, 1],
  [20, 1],
  [5, 2],
] as const) {
  for (const [name, rule] of [
    ['one start', { ...sixth, totalHoldMs: Infinity }],
    ['by time', { ...sixth, totalHoldMs: 4 * stepLooks * lookMs }],
    ["at the steps' starts", sixth],
    [`a plan that says nothing (errors' share ${share.toFixed(2)})`, byDefault],
  ] as const) {
    if (process.argv[3] !== undefined && !name.startsWith(process.argv[3])) continue;
    const found = repeat(runs, () => requestsAfterChange(times, changeStep, rule));
    const median = quantile(found, 0.5);
    console.log(
      `x${times} from step ${changeStep + 1}, ${name}: median ${median} candidate requests (${found.length} of ${runs} found)`,
    );
  }
}
