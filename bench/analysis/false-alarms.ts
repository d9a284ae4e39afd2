// STATISTICS section 1: false alarms of the bad-event test with the candidate exactly at the margin, alpha 5 %.
import { createBadEventTest } from '../../analysis/guardrails/bad-event-test.ts';
import { repeat, runCanary } from './canary-traffic.ts';
import { createRandom } from './random.ts';

const runs = 400;
const looks = 2000;
const totalHoldMs = 2 * 60 * 60_000;
const random = createRandom(11);

for (const stableRate of [0.001, 0.01, 0.05, 0.2, 0.5]) {
  for (const [ratio, weight] of [
    [1, 0.05],
    [1.25, 0.25],
    [2, 0.5],
  ] as const) {
    const plan = { weight, requests: 100, stableRate, candidateRate: Math.min(1, ratio * stableRate) };
    const alarms = repeat(runs, () => {
      const test = createBadEventTest({ ratio, floor: 0, totalHoldMs });
      const elapsedMs = totalHoldMs / looks;
      return runCanary({
        random,
        test,
        logThreshold: Math.log(20),
        looks,
        plan: () => ({ ...plan, elapsedMs }),
      });
    });
    const percent = ((100 * alarms.length) / runs).toFixed(1);
    console.log(
      `stable ${stableRate * 100} %, r ${ratio}, weight ${weight * 100} %: ${percent} % of ${runs} runs`,
    );
  }
}
