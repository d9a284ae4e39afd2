// STATISTICS section 2: a plan of 5, 25 and 95 % (30, 30, 60 min; 20 requests a second) whose candidate gets worse when
// a later step begins; candidate requests from there to the alarm: one start, restarts by time (releases of before),
// and the mass at the steps' starts (mass-schedule.ts); alpha 5/6 %.
import { createBadEventTest } from '../../analysis/guardrails/bad-event-test.ts';
import { massDue } from '../../analysis/numbers/mass-schedule.ts';
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

function requestsAfterChange(times: number, changeStep: number, totalHoldMs?: number): number | undefined {
  let exposedBefore = 0;
  let observed = 0;
  const test = createBadEventTest({
    ratio: 1.25,
    floor: 0,
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
    logThreshold: Math.log(120),
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

for (const [times, changeStep] of [
  [5, 0],
  [5, 1],
  [20, 1],
  [5, 2],
] as const) {
  for (const [name, totalHoldMs] of [
    ['one start', Infinity],
    ['by time', 4 * stepLooks * lookMs],
    ["at the steps' starts", undefined],
  ] as const) {
    const runs = 100;
    const found = repeat(runs, () => requestsAfterChange(times, changeStep, totalHoldMs));
    const median = quantile(found, 0.5);
    console.log(
      `x${times} from step ${changeStep + 1}, ${name}: median ${median} candidate requests (${found.length} of ${runs} found)`,
    );
  }
}
