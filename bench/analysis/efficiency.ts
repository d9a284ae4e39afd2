// STATISTICS section 2: median candidate requests until a regression is found, over log(1/alpha)/KL; alpha 5/6 %.
import { createBadEventTest } from '../../analysis/guardrails/bad-event-test.ts';
import { expectedCandidateRequests } from './power.ts';
import { repeat, runCanary } from './canary-traffic.ts';
import { createRandom, quantile } from './random.ts';

const baseRate = 0.01;
const ratio = 1.25;
const random = createRandom(12);

function candidateRequests(
  weight: number,
  trueRatio: number,
  floor: number,
  runs: number,
  candidatesPerLook = 1,
): number[] {
  const plan = {
    weight,
    requests: Math.round(candidatesPerLook / weight),
    stableRate: baseRate,
    candidateRate: baseRate * trueRatio,
  };
  const alarms = repeat(runs, () =>
    runCanary({
      random,
      test: createBadEventTest({ ratio, floor, totalHoldMs: Infinity }),
      logThreshold: Math.log(120),
      looks: 200_000,
      plan: () => plan,
    }),
  );
  return alarms.map((alarm) => alarm.candidateRequests);
}

for (const trueRatio of [2, 5, 20]) {
  for (const weight of [0.01, 0.05, 0.25, 0.5]) {
    // A small regression takes thousands of requests, so that a look every four costs it nothing.
    const found = candidateRequests(weight, trueRatio, 0, 1500, trueRatio === 2 ? 4 : 1);
    const bound = expectedCandidateRequests({
      baseRate,
      trueRatio,
      ratio,
      floor: 0,
      weight,
      alpha: 0.05,
      share: 1 / 6,
    });
    const median = quantile(found, 0.5);
    console.log(
      `x${trueRatio}, weight ${weight * 100} %: median ${median}, bound ${bound}, ${(median / bound).toFixed(2)}`,
    );
  }
}
for (const floor of [0, 0.0005, 0.001]) {
  const found = candidateRequests(0.05, 5, floor, 4000);
  console.log(
    `1 -> 5 %, floor ${floor * 100} %: median ${quantile(found, 0.5)}, 95 % ${quantile(found, 0.95)}`,
  );
}
