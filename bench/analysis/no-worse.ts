// STATISTICS section 4: requests in all until an equal candidate is shown to be "no worse than tolerance", and how often
// one at the tolerance passes; alpha 5 %.
import { createNoWorseTest } from '../../analysis/guardrails/no-worse-test.ts';
import { repeat, runCanary } from './canary-traffic.ts';
import { createRandom, quantile } from './random.ts';

const random = createRandom(15);

function requestsToPass(
  weight: number,
  tolerance: number,
  rate: number,
  times: number,
  looks: number,
  runs = 400,
) {
  const plan = { weight, requests: 100, stableRate: rate, candidateRate: rate * times };
  return repeat(runs, () =>
    runCanary({
      random,
      test: createNoWorseTest({ tolerance, floor: 0 }),
      logThreshold: Math.log(20),
      looks,
      plan: () => plan,
    }),
  ).map(({ requests }) => requests);
}

for (const [weight, tolerance, rate] of [
  [0.05, 2, 0.01],
  [0.05, 2, 0.05],
  [0.05, 3, 0.01],
  [0.25, 2, 0.01],
  [0.5, 2, 0.05],
] as const) {
  const found = requestsToPass(weight, tolerance, rate, 1, 5000);
  const quantiles = [0.5, 0.8, 0.95].map((q) => quantile(found, q)).join(' / ');
  console.log(
    `weight ${weight * 100} %, tolerance ${tolerance}, rate ${rate * 100} %: ${quantiles} requests`,
  );
}
for (const rate of [0.01, 0.05, 0.2]) {
  const passes = requestsToPass(0.25, 2, rate, 2, 1500, 1000).length;
  console.log(`at the tolerance 2, weight 25 %, rate ${rate * 100} %: ${(passes / 10).toFixed(1)} % pass`);
}
