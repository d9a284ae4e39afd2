// STATISTICS section 2: a plan of 5, 25 and 95 % (30, 30, 60 min; 20 requests a second) whose candidate gets worse when
// the second step begins; candidate requests from there to the alarm, with and without restarts; alpha 5/6 %.
import { createBadEventTest } from '../../analysis/bad-event-test.ts';
import { repeat, runCanary } from './canary-traffic.ts';
import { createRandom, quantile } from './random.ts';

const lookMs = 2000;
const stepLooks = (30 * 60_000) / lookMs;
const random = createRandom(13);

function requestsAfterChange(times: number, totalHoldMs: number): number | undefined {
  let exposedBefore = 0;
  const test = createBadEventTest({ ratio: 1.25, floor: 0, totalHoldMs });
  const alarm = runCanary({
    random,
    test: {
      observe(look) {
        if (look.splitVersion === 1) exposedBefore += look.candidateExposed;
        test.observe(look);
      },
      logE: () => test.logE(),
    },
    logThreshold: Math.log(120),
    looks: 4 * stepLooks,
    plan: (look) => ({
      weight: look < stepLooks ? 0.05 : look < 2 * stepLooks ? 0.25 : 0.95,
      requests: (20 * lookMs) / 1000,
      stableRate: 0.01,
      candidateRate: look < stepLooks ? 0.01 : 0.01 * times,
      splitVersion: look < stepLooks ? 1 : look < 2 * stepLooks ? 2 : 3,
      elapsedMs: lookMs,
    }),
  });
  return alarm === undefined ? undefined : alarm.candidateRequests - exposedBefore;
}

for (const times of [5, 20]) {
  for (const [name, totalHoldMs] of [
    ['one start', Infinity],
    ['restarts', 4 * stepLooks * lookMs],
  ] as const) {
    const found = repeat(500, () => requestsAfterChange(times, totalHoldMs));
    console.log(
      `x${times}, ${name}: median ${quantile(found, 0.5)} candidate requests (${found.length} of 500 found)`,
    );
  }
}
